import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { storage } from "../../test/objectStorage.ts";
import { readKeyEncryptionKeys } from "../vault/vault.ts";
import { exportLogin } from "./privacy/loginExport.ts";
import { Profile } from "./profile.ts";
import { Tables } from "./tables.ts";
import { Workspaces } from "./workspaces.ts";

const KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("0".repeat(32)) } }));

it("UI-116: a document is stored from the present version only, encrypted, and is in the export", () => {
  const db = new DatabaseSync(":memory:");
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => KEYS);
  const workspaces = new Workspaces(tables, profile, () => 7);
  expect(workspaces.read()).toEqual({ version: 0, document: null, updatedAt: null });
  const row = { email: "a@example.com", userId: "u", accountId: "u", roles: [], passwordHash: null, verifiedAt: 1 };
  profile.create({ ...row, plan: "standard", region: "world" }, 1);

  expect(workspaces.write(1, '{"a":1}')).toBeNull();
  expect(workspaces.write(0, '{"a":"Recognisable"}')).toMatchObject({ version: 1, updatedAt: 7 });
  expect(workspaces.write(0, '{"a":2}'), "made from an older version").toBeNull();
  expect(workspaces.read()).toEqual({ version: 1, document: '{"a":"Recognisable"}', updatedAt: 7 });
  expect(JSON.stringify(db.prepare("SELECT * FROM workspace").all())).not.toContain("Recognisable");
  const { files } = exportLogin(tables, profile);
  expect(files.find(({ name }) => name === "workspaces")?.rows).toEqual([
    { version: 1, document: { a: "Recognisable" }, updated_at: "1970-01-01T00:00:00.007Z" },
  ]);
  expect(workspaces.write(1, "{}")).toMatchObject({ version: 2, document: "{}" });
});
