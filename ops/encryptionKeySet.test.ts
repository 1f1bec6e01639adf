import { expect, test } from "vitest";
import { readKeyEncryptionKeys, rewrap, Vault } from "../durable-objects/vault/vault.ts";
import { newKeyEncryptionKeys } from "../dev/secrets.ts";
import { EncryptionKeySet, nextPhase } from "./encryptionKeySet.ts";

test("PV-2: a rotation adds a key-encryption key, wraps with it, and drops the old one, without losing data", () => {
  const first = EncryptionKeySet.parse(JSON.parse(newKeyEncryptionKeys()));
  const encryptionKeys = (set: EncryptionKeySet) => readKeyEncryptionKeys(JSON.stringify(set));
  const { vault, wrapped } = Vault.create(encryptionKeys(first));
  const encrypted = vault.encrypt("mail@example.com");

  const added = nextPhase(first);
  expect(added).toMatchObject({ phase: "add", key: "k2", set: { current: "k1" } });
  expect(rewrap(encryptionKeys(added.set), wrapped)).toBeNull();
  const promoted = nextPhase(added.set);
  expect(promoted).toMatchObject({ phase: "promote", key: "k2", set: { current: "k2" } });
  const moved = rewrap(encryptionKeys(promoted.set), wrapped);
  const dropped = nextPhase(promoted.set);
  expect(dropped).toMatchObject({ phase: "drop", key: "k1" });
  expect(Object.keys(dropped.set.keys)).toEqual(["k2"]);
  // What was wrapped with the next key is readable while the old one still wraps: nothing depends on who is first.
  expect(Vault.unwrap(encryptionKeys(added.set), moved ?? "").decrypt(encrypted)).toBe("mail@example.com");
  expect(Vault.unwrap(encryptionKeys(dropped.set), moved ?? "").decrypt(encrypted)).toBe("mail@example.com");
  expect(nextPhase(dropped.set)).toMatchObject({ phase: "add", key: "k3" });
});
