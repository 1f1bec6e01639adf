import { expect, test } from "vitest";
import { quoteToWire } from "../../protocol/mapping/marketData.ts";
import { bookTop } from "./feed.ts";
import { LastQuoteStore } from "./lastQuote.ts";
import { newFeed } from "./testing.ts";

/** A disk that counts its writes and fails on demand. */
function disk() {
  const kept = new Map<string, unknown>();
  const all = { writes: 0, fails: false, failures: [] as unknown[] };
  const kv = {
    get: <T>(key: string): T | undefined => kept.get(key) as T | undefined,
    put: <T>(key: string, value: T): void => {
      if (all.fails) throw new Error("disk full");
      all.writes++;
      kept.set(key, structuredClone(value));
    },
  };
  return Object.assign(all, { kv, failed: (error: unknown) => void all.failures.push(error) });
}

test("MD-38: an empty book has its last quote, also after a restart, with one write each time it becomes empty", () => {
  const { state, commit, cancel, wait } = newFeed();
  const ports = disk();
  const quotes = new LastQuoteStore(state, ports);
  const told = () => {
    quotes.changed(state);
    const { lastQuote } = quotes;
    const quote = quoteToWire({ ...bookTop(state), ...(lastQuote === null ? {} : { lastQuote }) });
    return quote === null ? null : `${quote.bp}/${quote.ap} at ${Date.parse(quote.t)}`;
  };
  expect(told()).toBeNull();
  wait(10);
  commit("buy 1000000 2");
  expect(told()).toBe("100/0 at 10");
  wait(10);
  commit("sell 1010000 1");
  expect(told()).toBe("100/101 at 20");
  expect(ports.writes, "while there are orders nothing has to be kept").toBe(0);
  wait(10);
  cancel("o1", "o2");
  expect(told()).toBe("100/101 at 20");
  expect(ports.writes).toBe(1);
  expect(new LastQuoteStore(state, ports).lastQuote).toEqual(quotes.lastQuote);
  commit("buy 990000 1");
  expect(told()).toBe("99/0 at 30");
  expect(quotes.lastQuote).toBeNull();
  ports.fails = true;
  cancel("o3");
  expect(told()).toBe("99/0 at 30");
  expect(ports.failures).toHaveLength(1);
});

test("MD-37: crossed orders of a call period are no quote and are not stored as the last quote", () => {
  const { state, commit, cancel, tell } = newFeed();
  const quotes = new LastQuoteStore(state, disk());
  tell({ kind: "phase", phase: "opening_auction", session: "regular", until: 1_000 });
  commit("buy 1010000 1", "sell 1000000 1");
  quotes.changed(state);
  expect([quotes.lastQuote, quoteToWire(bookTop(state))]).toEqual([null, null]);
  cancel("o1", "o2");
  quotes.changed(state);
  expect(quotes.lastQuote).toBeNull();
});
