import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import { storage } from "../../test/objectStorage.ts";
import { QUOTES_A_ROW, QUOTES_KEPT_MS, QuoteTable } from "./quoteTable.ts";

const BEGIN = Date.UTC(2026, 10, 3, 15);
const EVER = { from: 0, to: 8_000_000_000_000, limit: 100_000, descending: false, cursor: null };
const quotes = (first: number, count: number): TapeQuote[] =>
  Array.from({ length: count }, (_, nth) => {
    const at = BEGIN + (first + nth) * 1_000;
    return {
      sequence: 2 * (first + nth),
      at,
      bidPrice: 100 + ((first + nth) % 5),
      bidQty: 1,
      askPrice: 110,
      askQty: 2,
    };
  });

test("MD-56: rows of quotes are full before the next one begins, and pages go through them either way", () => {
  const db = new DatabaseSync(":memory:");
  const table = new QuoteTable(storage(db).sql);
  const all = quotes(1, 3 * QUOTES_A_ROW + 10);
  for (let from = 0; from < all.length; from += 70) table.add(all.slice(Math.max(0, from - 30), from + 70));
  expect(db.prepare("SELECT count(*) AS rows FROM quotes").get()).toEqual({ rows: 4 });
  expect(table.page(EVER).items).toEqual(all);
  for (const descending of [false, true]) {
    const read: TapeQuote[] = [];
    for (let cursor: number | null = null, more = true; more;) {
      const page: ReturnType<QuoteTable["page"]> = table.page({ ...EVER, limit: 333, descending, cursor });
      read.push(...page.items);
      cursor = page.next;
      more = cursor !== null;
    }
    expect(read).toEqual(descending ? [...all].reverse() : all);
  }
  const [from, to] = [all[100]?.at ?? 0, all[900]?.at ?? 0];
  expect(table.page({ ...EVER, from, to }).items).toEqual(all.slice(100, 901));
  expect(new QuoteTable(storage(db).sql).page(EVER).items).toEqual(all);
});

test("MD-56: a quote that shows what the one before showed, and repeated ones, are not stored", () => {
  const table = new QuoteTable(storage().sql);
  const [one, other] = quotes(1, 2) as [TapeQuote, TapeQuote];
  table.add([one, { ...one, sequence: 3, at: one.at + 500 }]);
  table.add([one, other]);
  expect(table.page(EVER).items).toEqual([one, other]);
});

test("MD-56: quotes are kept for 31 days", () => {
  const table = new QuoteTable(storage().sql);
  const all = quotes(1, QUOTES_A_ROW + 1);
  expect(table.expiresAt).toBeNull();
  table.add(all);
  const lastOfFirstRow = all[QUOTES_A_ROW - 1]?.at ?? 0;
  expect(table.expiresAt).toBe(lastOfFirstRow + QUOTES_KEPT_MS);
  table.expire(lastOfFirstRow + QUOTES_KEPT_MS - 1);
  expect(table.page(EVER).items).toHaveLength(all.length);
  table.expire(lastOfFirstRow + QUOTES_KEPT_MS);
  expect(table.page(EVER).items).toEqual(all.slice(QUOTES_A_ROW));
  table.expire(lastOfFirstRow + 2 * QUOTES_KEPT_MS);
  expect([table.page(EVER).items, table.expiresAt]).toEqual([[], null]);
});
