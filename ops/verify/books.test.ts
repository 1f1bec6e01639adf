import { afterEach, expect, test, vi } from "vitest";
import { booksThatDiffer } from "./books.ts";
import type { RunningAccount } from "./exchange.ts";

type Open = RunningAccount["open_orders"][number];

afterEach(() => vi.useRealTimers());

const order = (id: number): Open => ({
  order_id: `o${id}`,
  symbol: "AAPL",
  side: "buy",
  qty: "2",
  filled_qty: "0",
  limit_price: `${100 + id}`,
  held: "1",
  shown: true,
});

/**
 * A market in which no two readings are of one moment: whenever it is looked at, the oldest order goes and a new one
 * comes, first in the account, then in the book; and one of each lasts.
 */
function busyMarket(wrong: { inBook?: boolean; inAccount?: boolean } = {}) {
  let now = 10;
  const ids = (from: number, through: number) => Array.from({ length: through - from + 1 }, (_, i) => from + i);
  const lasting = 500;
  return {
    waitedMs: () => 0,
    hasSessions: async () => false,
    book: async () => {
      now++;
      const shown = [...ids(now - 5, now - 1), ...(wrong.inAccount === true ? [] : [lasting])];
      const bids = shown.map((id): [number, string, string] => [id, `${100 + id}`, "2"]);
      return {
        bids: wrong.inBook === true ? [...bids, [999, "7", "2"] satisfies [number, string, string]] : bids,
        asks: [],
      };
    },
    accounts: async () => {
      now++;
      const open = [...ids(now - 5, now), lasting].map(order);
      return [{ account_id: "a", events: 1, cash: "0", cash_held: "0", positions: [], open_orders: open }];
    },
  };
}

test("AU-23: a book whose orders change between all readings is verified, without false differences", async () => {
  expect(await booksThatDiffer(busyMarket(), ["AAPL"])).toEqual(new Map());
});

test.each([
  [{ inBook: true }, "buy 2 at 7: in the book, and no account has it open"],
  [{ inAccount: true }, "buy 2 at 600: open in an account, and not in the book"],
])("AU-23: in such a book an order that stays wrong is found: %j", async (wrong, text) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
  const found = booksThatDiffer(busyMarket(wrong), ["AAPL"]);
  let done = false;
  void found.then(() => (done = true));
  while (!done) await vi.advanceTimersByTimeAsync(1_000);
  expect(await found).toEqual(new Map([["AAPL", `book AAPL: ${text}`]]));
});
