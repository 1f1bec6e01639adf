import fc from "fast-check";
import { expect, it } from "vitest";
import { readKeyEncryptionKeys, rewrap, Vault } from "./vault.ts";

const key = (fill: number): string => btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)));
const encryptionKeys = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: key(1) } }));
const rotated = readKeyEncryptionKeys(JSON.stringify({ current: "b", keys: { a: key(1), b: key(2) } }));
const without = readKeyEncryptionKeys(JSON.stringify({ current: "b", keys: { b: key(2) } }));

it("ID-20: a vault decrypts what it encrypted, and the encrypted text is not readable", () => {
  const { vault, wrapped } = Vault.create(encryptionKeys);
  const again = Vault.unwrap(encryptionKeys, wrapped);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const encrypted = vault.encrypt(text);
      expect(again.decrypt(encrypted)).toBe(text.toWellFormed());
      expect(vault.encrypt(text)).not.toBe(encrypted);
    }),
  );
});

it("ID-20: another user's vault, and an altered text, are refused", () => {
  const { vault } = Vault.create(encryptionKeys);
  const encrypted = vault.encrypt("mail@example.com");
  expect(() => Vault.create(encryptionKeys).vault.decrypt(encrypted)).toThrow(/auth|decrypt|unsupported/i);
  for (let i = 0; i < encrypted.length; i++) {
    const altered = `${encrypted.slice(0, i)}${encrypted.charAt(i) === "A" ? "B" : "A"}${encrypted.slice(i + 1)}`;
    let opened: string | null = null;
    try {
      opened = vault.decrypt(altered);
    } catch {
      continue;
    }
    // The last characters of base64 have bits that mean nothing.
    expect(opened).toBe("mail@example.com");
    expect(i).toBeGreaterThan(encrypted.length - 4);
  }
});

it("ID-20: a data encryption key is rewrapped after a rotation, and then does not need the old key", () => {
  const { vault, wrapped } = Vault.create(encryptionKeys);
  const encrypted = vault.encrypt("x");
  const rewrapped = rewrap(rotated, wrapped);
  if (rewrapped === null) throw new Error("it was wrapped by the old key");
  expect(Vault.unwrap(without, rewrapped).decrypt(encrypted)).toBe("x");
  expect(rewrap(rotated, rewrapped)).toBeNull();
  expect(() => Vault.unwrap(without, wrapped)).toThrow("no key-encryption key a");
});

it("ID-20: key-encryption keys that are short, or without the current one, are refused", () => {
  for (const text of [
    '{"current":"a","keys":{}}',
    `{"current":"b","keys":{"a":"${key(1)}"}}`,
    '{"current":"a","keys":{"a":"AAAA"}}',
  ]) {
    expect(() => readKeyEncryptionKeys(text)).toThrow(/key|invalid/i);
  }
});
