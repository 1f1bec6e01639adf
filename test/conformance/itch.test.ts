/** A whole file of ITCH 5.0: an artificial one of three stocks. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { FeedQuote } from "../../domain/market/feeds/feed.ts";
import { ItchBooks } from "../../domain/market/feeds/itch/books.ts";
import type { ItchMessage } from "../../domain/market/feeds/itch/layout.ts";
import { ItchFileReader } from "../../domain/market/feeds/itch/parse.ts";

const FILE = fileURLToPath(new URL("../../../shared/data/orders/itch-artificial.TEST_ITCH_50.gz", import.meta.url));
/** Counted by a program of its own. */
const TYPES = { S: 6, R: 3, H: 3, A: 4_997, F: 3, E: 198, X: 45, D: 1_745, U: 12, P: 5_000 };

describe.skipIf(!existsSync(FILE))(`a file of ITCH 5.0 (skipped where ${FILE} is missing)`, () => {
  const messages: ItchMessage[] = [];
  const reader = new ItchFileReader();
  const bytes = existsSync(FILE) ? gunzipSync(readFileSync(FILE)) : new Uint8Array();
  for (let at = 0; at < bytes.length; at += 1_000) messages.push(...reader.add(bytes.subarray(at, at + 1_000)));

  test("MD-116: every message of a file is read", () => {
    const counts: Record<string, number> = {};
    for (const { type } of messages) counts[type] = (counts[type] ?? 0) + 1;
    expect(counts).toEqual(TYPES);
    expect(reader.incomplete).toBe(0);
  });

  test("MD-116: its books end with the orders that were neither executed nor cancelled, and its trades are those of known orders", () => {
    const books = new ItchBooks((symbol) => ({ ...requireInstrument("AAPL"), symbol }), 0);
    const items = messages.flatMap((message) => books.apply(message));
    const trades = items.filter(({ kind }) => kind === "trade");
    const quotes = items.filter((item): item is FeedQuote => item.kind === "quote");
    const { resting, unknownExecutions, unknown } = ordersOf(messages);
    expect(trades.length).toBe(TYPES.P + TYPES.E - unknownExecutions);
    expect(new Set(items.map(({ symbol }) => symbol))).toEqual(new Set(["ALC", "BOB", "CHAR"]));
    const crossed = quotes.filter(({ bid, ask }) => bid !== null && ask !== null && bid.price >= ask.price);
    expect([quotes.length > 0, crossed.length]).toEqual([true, 0]);
    expect([books.resting, books.counts.unknownOrders]).toEqual([resting, unknown]);
  });
});

/** The orders by their shares alone: how many rest, and how many messages are about orders that the file never added. */
function ordersOf(messages: readonly ItchMessage[]) {
  const left = new Map<bigint, number>();
  const counts = { unknown: 0, unknownExecutions: 0 };
  for (const message of messages) {
    if (message.type === "A" || message.type === "F") left.set(message.ref, message.shares);
    if (message.type !== "D" && message.type !== "U" && message.type !== "E" && message.type !== "X") continue;
    const known = left.get(message.ref);
    if (known === undefined) {
      counts.unknown++;
      if (message.type === "E") counts.unknownExecutions++;
      continue;
    }
    left.delete(message.ref);
    if (message.type === "U") left.set(message.newRef, message.shares);
    else if (message.type !== "D" && known > message.shares) left.set(message.ref, known - message.shares);
  }
  return { resting: left.size, ...counts };
}
