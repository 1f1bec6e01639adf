/** The rows of approvals, and how they are read. */
import { firstAccountOf, type UserId } from "../../domain/ids.ts";
import { type ApprovalState, APPROVAL_KINDS } from "../../protocol/wire/approvals.ts";
import type { ApprovalView, UserAction } from "../../protocol/rpc/approvals.ts";
import type { Sql } from "../actor/sql.ts";
import { type KeyEncryptionKeys, Vault } from "../vault/vault.ts";

/** A request that nobody has decided by then expires. */
export const EXPIRES_MS = 7 * 86_400_000;

export function createApprovalTable(sql: Sql): void {
  sql.exec(`CREATE TABLE IF NOT EXISTS approval (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    account_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    body TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    request_key TEXT,
    fingerprint TEXT,
    decided_by TEXT,
    decided_at INTEGER,
    refusal TEXT,
    due_at INTEGER,
    tries INTEGER NOT NULL DEFAULT 0
  )`);
  addColumn(sql, "approval", "asked_route TEXT");
  sql.exec("CREATE INDEX IF NOT EXISTS approval_reference ON approval (account_id, reference)");
  sql.exec("CREATE INDEX IF NOT EXISTS approval_state ON approval (state, seq)");
  sql.exec("CREATE INDEX IF NOT EXISTS approval_due ON approval (due_at) WHERE due_at IS NOT NULL");
}

/** Adds a column that an earlier release did not have; `column` begins with its name. */
export function addColumn(sql: Sql, table: string, column: string): void {
  const [name = ""] = column.split(" ", 1);
  const [made] = sql.exec("SELECT sql FROM sqlite_master WHERE name = ?", table);
  if (!new RegExp(`\\b${name}\\b`).test(String(made?.["sql"]))) sql.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
}

/** An act on a user as it is kept: an e-mail sealed, with the key of it, until it is needed no more. */
export function storedUserAction(act: UserAction, encryptionKeys: () => KeyEncryptionKeys): string {
  if (act.kind !== "user_invite") return JSON.stringify(act);
  const { vault, wrapped } = Vault.create(encryptionKeys());
  return JSON.stringify({ ...act, email: vault.encrypt(act.email), vault: wrapped });
}

/** A body without its e-mail, as SQL: for a request that has been decided. */
export const WITHOUT_EMAIL = "json_remove(body, '$.email', '$.vault')";

/** The act of a row of a user. The e-mail of an invitation is empty when it is kept no more, or cannot be opened. */
function userActOf(row: Record<string, unknown>, encryptionKeys: () => KeyEncryptionKeys): UserAction {
  const act = JSON.parse(String(row["body"])) as UserAction & { readonly vault?: string };
  if (act.kind !== "user_invite") return act;
  const { vault, ...kept } = act;
  return { ...kept, email: vault === undefined ? "" : opened(vault, act.email, encryptionKeys) };
}

function opened(wrapped: string, sealed: string, encryptionKeys: () => KeyEncryptionKeys): string {
  try {
    return Vault.unwrap(encryptionKeys(), wrapped).decrypt(sealed);
  } catch {
    // Its key-encryption key was dropped.
    return "";
  }
}

/** An approval about a user, as its row has it. */
export function viewOf(row: Record<string, unknown>, encryptionKeys: () => KeyEncryptionKeys): ApprovalView {
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  const kind = APPROVAL_KINDS.find((each) => each === row["kind"]);
  if (kind === undefined) throw new Error(`no kind of approval: ${String(row["kind"])}`);
  // The column is from when an approval could be about money: of a user it has the id.
  const userId: UserId = String(row["account_id"]);
  return {
    id: String(row["id"]),
    kind,
    state: row["state"] as ApprovalState,
    accountId: firstAccountOf(userId),
    userId,
    deposit: NO_DEPOSIT,
    user: userActOf(row, encryptionKeys),
    askedBy: String(row["asked_by"]),
    askedAt: Number(row["asked_at"]),
    expiresAt: Number(row["asked_at"]) + EXPIRES_MS,
    decidedBy: text("decided_by"),
    decidedAt: typeof row["decided_at"] === "number" ? row["decided_at"] : null,
    refusal: text("refusal"),
  };
}

const NO_DEPOSIT = { reference: "", symbol: null, amount: "0" } as const;
