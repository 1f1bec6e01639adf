import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { storage } from "../../test/objectStorage.ts";
import { readKeyEncryptionKeys, Vault } from "../vault/vault.ts";
import { ClientInfoCipher } from "./clientInfo.ts";

const key = (fill: number): string => btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)));
const OLD = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: key(1) } }));
const BOTH = readKeyEncryptionKeys(JSON.stringify({ current: "b", keys: { a: key(1), b: key(2) } }));
const NEW = readKeyEncryptionKeys(JSON.stringify({ current: "b", keys: { b: key(2) } }));
const ORIGIN = { requestId: "r1", ip: "203.0.113.77", userAgent: "Recognisable/1.0" };

function account(encryptionKeys = OLD, db = new DatabaseSync(":memory:")) {
  let now = 0;
  const { sql } = storage(db);
  const origins = new ClientInfoCipher(
    sql,
    () => encryptionKeys,
    () => now,
  );
  return { origins, db, pass: (ms: number) => (now += ms) };
}

it("PV-1: client info is encrypted, the request id and empty fields are not, and the account decrypts it", () => {
  const { origins } = account();
  const encrypted = origins.encrypt(ORIGIN);
  expect(encrypted.requestId).toBe("r1");
  expect(Vault.isEncrypted(encrypted.ip) && Vault.isEncrypted(encrypted.userAgent)).toBe(true);
  expect(origins.decrypt(encrypted)).toEqual({ ip: ORIGIN.ip, userAgent: ORIGIN.userAgent });
  const half = origins.encrypt({ ...ORIGIN, ip: "" });
  expect(half.ip).toBe("");
  expect(origins.decrypt(half)?.userAgent).toBe(ORIGIN.userAgent);
});

it("PV-1: an account without client info has no key, and plain text of the first releases is returned unchanged", () => {
  const { origins, db } = account();
  expect(origins.encrypt({ requestId: "r", ip: "", userAgent: "" })).toEqual({ requestId: "r", ip: "", userAgent: "" });
  expect(db.prepare("SELECT * FROM vault").all()).toEqual([]);
  expect(origins.decrypt({ ip: "192.0.2.1", userAgent: "old" })).toEqual({ ip: "192.0.2.1", userAgent: "old" });
});

it("PV-1: the same origin has the same form for five minutes, and of a thousand origins a few are remembered", () => {
  const { origins, pass } = account();
  const first = origins.encrypt(ORIGIN);
  pass(299_999);
  expect(origins.encrypt({ ...ORIGIN, requestId: "r2" })).toEqual({ ...first, requestId: "r2" });
  pass(1);
  const again = origins.encrypt(ORIGIN);
  expect(again.ip).not.toBe(first.ip);
  for (let i = 0; i < 1_000; i++) origins.encrypt({ ...ORIGIN, userAgent: `agent ${i}` });
  expect(origins.encrypt(ORIGIN).ip).not.toBe(again.ip);
});

it("PV-2: after the first use under a new key-encryption key the old one is not needed", () => {
  const before = account(OLD);
  const encrypted = before.origins.encrypt(ORIGIN);
  expect(() => account(NEW, before.db).origins.encrypt(ORIGIN)).toThrow("no key-encryption key a");
  account(BOTH, before.db).origins.encrypt(ORIGIN);
  expect(account(NEW, before.db).origins.decrypt(encrypted)?.ip).toBe(ORIGIN.ip);
});

it("PV-3: after an erasure nothing can be decrypted, no client info is stored, and no key is created", () => {
  const { origins, db } = account();
  const encrypted = origins.encrypt(ORIGIN);
  origins.erase();
  origins.erase();
  for (const each of [origins, account(OLD, db).origins]) {
    expect(each.erased).toBe(true);
    expect(each.decrypt(encrypted)).toBeNull();
    expect(each.encrypt(ORIGIN)).toEqual({ requestId: "r1", ip: "", userAgent: "" });
  }
  expect(db.prepare("SELECT wrapped FROM vault").all()).toEqual([{ wrapped: "" }]);
});
