/** The login's part of a privacy export. */
import type { ExportFile, ExportRow, LoginExport } from "../../../protocol/rpc/identity/privacy.ts";
import { Vault } from "../../vault/vault.ts";
import { EXPORTED_TABLES, type ExportedTable, OMITTED_TABLES } from "./exportTables.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

/** Columns with times in epoch milliseconds. */
const TIME = /^(?:at|\w+_at)$/;

/** All exported tables, decrypted; none when there is no login. */
export function exportLogin(tables: Tables, profile: Profile): LoginExport {
  if (profile.login() === null) return { files: [], leftOut: [] };
  const vault = profile.vault();
  const files: ExportFile[] = Object.entries(EXPORTED_TABLES).map(([table, told]) => ({
    name: told.file,
    rows: tables.rows(`SELECT ${told.columns.join(", ")} FROM ${table}`).map((row) => inWords(row, told, vault)),
  }));
  return { files, leftOut: Object.entries(OMITTED_TABLES).map(([table, reason]) => ({ table, reason })) };
}

function inWords(row: Readonly<Record<string, unknown>>, { json = [] }: ExportedTable, vault: Vault): ExportRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (typeof value === "number" && TIME.test(column)) return [column, new Date(value).toISOString()];
      const text = typeof value === "string" && Vault.isEncrypted(value) ? vault.decrypt(value) : value;
      return [column, typeof text === "string" && json.includes(column) ? (JSON.parse(text) as unknown) : text];
    }),
  );
}
