import { describe, expect, test } from "vitest";
import type { FeedEvent } from "./feed.ts";
import { funding } from "./accounts.ts";
import { emptyBook, play } from "./referenceBook.ts";
import type { ReferenceBook } from "./referenceBook.ts";
import { compareBooks } from "./verify.ts";

/** `+b1 100 5`: bid b1 for 5 at 100 is created; `-b1`: it is deleted. The first letter of an id is its side. */
function played(...lines: string[]): ReferenceBook {
  const book = emptyBook();
  for (const event of events(lines)) play(book, event);
  return book;
}

function events(lines: string[]): FeedEvent[] {
  return lines.map((line, at) => {
    const [head = "", price = "0", volume = "0"] = line.split(" ");
    const action = head.startsWith("+") ? "created" : head.startsWith("-") ? "deleted" : "changed";
    const id = head.slice(1);
    const side = id.startsWith("b") ? "buy" : "sell";
    return { id, at, action, side, price: Number(price), volume: Number(volume) };
  });
}

const shown = (side: ReferenceBook["bids"]): string[] =>
  side.map(({ id, price, volume }) => `${id} ${price} ${volume}`);

describe("DV-2: the reference book", () => {
  test("ranks by price, then by arrival", () => {
    const book = played("+b1 100 1", "+b2 101 1", "+b3 100 1", "+b4 101 1", "+a1 103 1", "+a2 102 1", "+a3 103 1");
    expect(shown(book.bids)).toEqual(["b2 101 1", "b4 101 1", "b1 100 1", "b3 100 1"]);
    expect(shown(book.asks)).toEqual(["a2 102 1", "a1 103 1", "a3 103 1"]);
    expect(book.trades).toBe(0);
  });

  test("trades against the best orders first, and rests the remainder", () => {
    const book = played("+a1 100 3", "+a2 101 3", "+a3 102 3", "+b1 101 8");
    expect(shown(book.asks)).toEqual(["a3 102 3"]);
    expect(shown(book.bids)).toEqual(["b1 101 2"]);
    expect(book).toMatchObject({ trades: 2, volumeTraded: 6 });
  });

  test("preserves the priority of a partly filled order", () => {
    const book = played("+b1 100 5", "+b2 100 5", "+a1 100 2");
    expect(shown(book.bids)).toEqual(["b1 100 3", "b2 100 5"]);
  });

  test("removes a deleted order; ignores changes and deletions of orders that do not rest", () => {
    const book = played("+b1 100 5", "+a1 100 5", "-b1", "-b7", "+b2 99 1", "*b2 99 7", "+b3 99 1", "-b2");
    expect(shown(book.bids)).toEqual(["b3 99 1"]);
    expect(shown(book.asks)).toEqual([]);
  });
});

describe("DV-2: the comparison", () => {
  const reference = played("+b1 1000000 150000000", "+b2 1000000 100000000", "+a1 1010000 100000000");
  const book = {
    bids: [
      [1, "100", "1.5"],
      [2, "100.00", "1"],
    ],
    asks: [[3, "101", "1"]],
  } as const;

  test("accepts the same orders in the same order, however the amounts are written", () => {
    expect(compareBooks(reference, book, 0)).toMatchObject({ equal: true, restingBids: 2, restingAsks: 1 });
  });

  test.each([
    [
      "another quantity",
      {
        bids: [
          [1, "100", "1.4"],
          [2, "100", "1"],
        ],
        asks: book.asks,
      },
      0,
      /bid 1 is 1\.4 at 100/,
    ],
    ["another price", { ...book, asks: [[3, "101.01", "1"]] }, 0, /ask 1 is 1 at 101\.01/],
    ["another order of arrival", { bids: book.bids.toReversed(), asks: book.asks }, 0, /bid 1 is 1 at 100\.00/],
    ["an order too few", { bids: book.bids.slice(1), asks: book.asks }, 0, /1 resting bids, the reference has 2/],
    ["an order too many", { ...book, asks: [...book.asks, [4, "102", "1"]] }, 0, /2 resting asks, the reference has 1/],
    ["another number of trades", book, 1, /1 trades, the reference has 0/],
  ] as const)("tells %s", (_name, exchange, trades, difference) => {
    const verdict = compareBooks(reference, exchange, trades);
    expect(verdict.equal).toBe(false);
    expect(verdict.differences[0]).toMatch(difference);
  });
});

test("DV-2: the funding covers every created order in full, holds rounded up", () => {
  const feed = events(["+b1 1000001 150000001", "+b2 1000000 100000000", "-b2", "+a1 1000000 7", "+a2 1000000 8"]);
  expect(funding(feed)).toEqual({ cash: 1_500_002n + 1_000_001n, volume: 15n });
});
