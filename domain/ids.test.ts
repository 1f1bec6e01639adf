import fc from "fast-check";
import { expect, test } from "vitest";
import {
  hashText,
  shardOf,
  timeOrderedUuid,
  uuidBytes,
  uuidFromParts,
  uuidFromText,
  uuidText,
  type AccountId,
  type LoginRoute,
  type UserId,
} from "./ids.ts";

const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Texts as the exchange uses for ids: long common prefixes, counters, order ids. */
function texts(count: number): string[] {
  const all: string[] = [];
  for (let i = 0; all.length < count; i++) {
    const order = uuidFromText(`order:${i % 50}`);
    all.push(`audit:${uuidFromText(`account:${i % 7}`)}:${i}`);
    all.push(`execution:AAPL:${i}:${order}`);
    all.push(`execution:MSFT:${i}:${order}`);
    all.push(`update:${uuidFromText(`order:${i}`)}:new`);
  }
  return all.slice(0, count);
}

test("an id has the shape of a version 8 UUID, with its version and variant bits", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(uuidFromText(text)).toMatch(UUID_V8);
    }),
    { numRuns: 2000 },
  );
});

test("OB-8: the same text gives the same id, today and in every release", () => {
  expect(uuidFromText("")).toBe(uuidFromText(""));
  // Journals have ids from this function, so it must never change.
  expect(uuidFromText("asset:AAPL")).toMatchInlineSnapshot(`"53460b5a-8093-86da-af9c-7e234c83f070"`);
  expect(uuidFromParts("audit:", "7d9f", "", ":1")).toBe(uuidFromText("audit:7d9f:1"));
  expect(uuidFromText("audit:7d9f:1")).toMatchInlineSnapshot(`"274e6223-4c31-837b-a87e-e477f0ced8ce"`);
  expect(hashText("7d9f")).toMatchInlineSnapshot(`618155455`);
});

test("100,000 names that differ in a counter or an order id have different ids", () => {
  const all = texts(100_000);
  expect(new Set(all.map(uuidFromText)).size).toBe(all.length);
});

test("random short texts that differ have different ids", () => {
  const seen = new Map<string, string>();
  fc.assert(
    fc.property(fc.string({ maxLength: 6 }), (text) => {
      const id = uuidFromText(text);
      expect(seen.get(id) ?? text).toBe(text);
      seen.set(id, text);
    }),
    { numRuns: 20_000 },
  );
});

test("any 48 bits of an id are distributed like random ones: collisions are as rare as the birthday bound", () => {
  const ids = texts(100_000).map((text) => uuidFromText(text).replaceAll("-", ""));
  for (const start of [0, 8, 20]) {
    // 10^10 / 2^49 = 0.00002 collisions are expected in 48 bits; a weak mixer gives many.
    expect(new Set(ids.map((id) => id.slice(start, start + 12))).size).toBe(ids.length);
  }
});

test("AU-9: each shard has an equal share of the accounts, and an account has the same shard in every release", () => {
  const counts = new Array<number>(16).fill(0);
  for (const text of texts(32_000)) {
    const shard = shardOf(uuidFromText(text), 16);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  // 2,000 each with a standard deviation of 43: six of those.
  for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(260);
  expect(texts(12).map((text) => shardOf(text, 16))).toMatchInlineSnapshot(`
    [
      6,
      11,
      3,
      5,
      15,
      15,
      0,
      11,
      8,
      12,
      15,
      5,
    ]
  `);
});

test("AU-9: when a shard is added, about 1/n of the accounts move, and only to the new shard", () => {
  const accounts = texts(4_000).map(uuidFromText);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), (shards) => {
      let moved = 0;
      for (const account of accounts) {
        const [before, after] = [shardOf(account, shards), shardOf(account, shards + 1)];
        expect(before).toBeLessThan(shards);
        if (before === after) continue;
        expect(after).toBe(shards);
        moved++;
      }
      // Binomial: six standard deviations around 1/(n+1) of them.
      const share = 1 / (shards + 1);
      const spread = 6 * Math.sqrt(accounts.length * share * (1 - share));
      expect(Math.abs(moved - accounts.length * share)).toBeLessThan(spread);
    }),
    { numRuns: 64 },
  );
});

test("UUIDs that begin with the time are UUIDs of version 7, different ones, and sorted like their times", () => {
  const time = fc.nat(2 ** 48 - 1);
  fc.assert(
    fc.property(time, time, fc.uuid({ version: 4 }), fc.uuid({ version: 4 }), (early, late, one, other) => {
      const [a, b] = [timeOrderedUuid(early, one), timeOrderedUuid(late, other)];
      expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(a.replace("-", "").slice(0, 12), 16)).toBe(early);
      expect(a.slice(15)).toBe(one.slice(15));
      if (early !== late) expect(a < b).toBe(early < late);
    }),
  );
});

test("a UUID's text becomes 16 bytes and again the same text; anything else is refused", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.nat(20), (id, at) => {
      const bytes = new Uint8Array(at + 16);
      expect(uuidBytes(id, bytes, at)).toBe(true);
      expect(uuidText(bytes, at)).toBe(id);
      const hex = Array.from(bytes.slice(at), (byte) => byte.toString(16).padStart(2, "0")).join("");
      expect(hex).toBe(id.replaceAll("-", ""));
    }),
  );
  const id = uuidFromText("id");
  const wrong = ["", id.slice(1), `${id}0`, id.replace("-", "0"), id.replaceAll("-", "+"), `g${id.slice(1)}`];
  for (const text of [...wrong, `\u0131${id.slice(1)}`, `A${id.slice(1)}`]) {
    expect(uuidBytes(text, new Uint8Array(16), 0)).toBe(false);
  }
});

test("the compiler refuses an id of another kind, and a comparison of two kinds", () => {
  const [user, account, login]: [UserId, AccountId, LoginRoute] = ["7d3c", "7d3c", "ABCD"];
  const owns = (owner: UserId, of: AccountId): string => `${owner} ${of}`;
  // @ts-expect-error -- an account id is not a user id, although the first account has the same text
  expect(owns(account, user)).toBe("7d3c 7d3c");
  // @ts-expect-error -- nor is the route of a login
  expect(owns(login, account)).toBe("ABCD 7d3c");
  // @ts-expect-error -- owners are compared, not the account with a user
  expect(user === account).toBe(true);
});
