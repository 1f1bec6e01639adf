import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { newKeyId, newSecret, routeOfEmail, routeOfKeyId } from "./loginRoute.ts";

test("ID-5: a login's route depends on the email only up to case and outer spaces", async () => {
  const route = await routeOfEmail("ada@example.com");
  expect(await routeOfEmail("  Ada@Example.COM\n")).toBe(route);
  expect(await routeOfEmail("ada2@example.com")).not.toBe(route);
  expect(route).toMatch(/^[A-Z2-7]{20}$/);
});

test("ID-5: the route is the first 100 bits of SHA-256 in base32", async () => {
  const bits = Array.from(createHash("sha256").update("ada@example.com").digest(), (byte) =>
    byte.toString(2).padStart(8, "0"),
  ).join("");
  const expected = Array.from({ length: 20 }, (_, i) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(Number.parseInt(bits.slice(i * 5, i * 5 + 5), 2)),
  ).join("");
  expect(await routeOfEmail("ada@example.com")).toBe(expected);
});

test("ID-5: a key id carries the route of its login", async () => {
  const route = await routeOfEmail("ada@example.com");
  const keyId = newKeyId(route);
  expect(keyId).toHaveLength(28);
  expect(routeOfKeyId(keyId)).toBe(route);
});

test("ID-5: a malformed key id has no route", () => {
  for (const text of [
    "",
    "PK",
    "AKFOO",
    "PK" + "a".repeat(26),
    "PK" + "A".repeat(25),
    "PK" + "A".repeat(27),
    "PK" + "1".repeat(26),
  ]) {
    expect(routeOfKeyId(text)).toBeNull();
  }
});

test("ID-5: secrets are 40 characters of a 64-letter alphabet and never repeat", () => {
  const secrets = Array.from({ length: 1000 }, newSecret);
  expect(new Set(secrets).size).toBe(1000);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{40}$/);
  expect(new Set(secrets.join("")).size).toBe(64);
});
