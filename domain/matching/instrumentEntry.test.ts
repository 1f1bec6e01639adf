import { describe, expect, test } from "vitest";
import { assetOf } from "../market/asset.ts";
import type { Instrument } from "../market/instrument.ts";
import { requireInstrument } from "../market/listing.ts";
import type { MarketEntry } from "../market/phase.ts";
import { loadBook, saveBook } from "./bookSnapshot.ts";
import type { BookReport, NewOrderCommand } from "./messages.ts";
import { applyCommand, applyEntry, newBook } from "./orderBook.ts";
import { liveOrders, resting } from "./views.ts";

const AAPL = requireInstrument("AAPL");
const ZED: Instrument = { ...AAPL, ...assetOf("ZED"), name: "Zed", referencePrice: 100_000, version: 1 };

/** A book and what it reports, as `order kind facts`; prices in 1/10,000 dollar. */
function testBook(symbol: string) {
  let book = newBook(symbol);
  let lines: string[] = [];
  let now = 1_000;
  const out = {
    report: (_owner: string, report: BookReport) => {
      const { kind, orderId } = report;
      if (kind === "fill") lines.push(`${orderId} ${report.qty}@${report.price}`);
      else lines.push([orderId, kind, kind === "closed" ? report.reason : undefined].filter(Boolean).join(" "));
    },
    trade: () => undefined,
  };
  const entry = (each: MarketEntry) => {
    lines = [];
    applyEntry(book, each, ++now, out);
    return lines;
  };
  return {
    book: () => book,
    entry,
    instrument: (instrument: Instrument) => entry({ kind: "instrument", instrument }),
    reload: () => {
      book = loadBook(structuredClone(saveBook(book)));
    },
    enter: (orderId: string, side: "buy" | "sell", price: number, more: Partial<NewOrderCommand> = {}) => {
      lines = [];
      const terms = { timeInForce: "gtc", market: false, expiresAt: null, qty: 10, ...more } as const;
      applyCommand(book, `account/${orderId.slice(0, 1)}`, { kind: "new", orderId, side, price, ...terms }, ++now, out);
      return lines;
    },
    resting: () =>
      [...resting(book, "buy"), ...resting(book, "sell")].map(({ orderId, price }) => `${orderId}@${price}`),
  };
}

describe("a tick that changes", () => {
  test("MK-22: orders between the new ticks keep price and queue position, and trade there", () => {
    const book = testBook("AAPL");
    book.enter("a1", "buy", 1_000_100);
    book.enter("b1", "buy", 1_000_300);
    book.enter("c1", "sell", 1_001_100);
    expect(book.instrument({ ...AAPL, tick: 500, version: 1 })).toEqual([]);
    book.enter("d1", "buy", 1_000_500);
    expect(book.resting()).toEqual(["d1@1000500", "b1@1000300", "a1@1000100", "c1@1001100"]);
    book.reload();
    expect(book.book().instrument).toMatchObject({ tick: 500, version: 1 });
    expect(book.enter("e1", "sell", 1_000_000, { qty: 25 })).toEqual([
      "e1 accepted",
      "d1 10@1000500",
      "e1 10@1000500",
      "b1 10@1000300",
      "e1 10@1000300",
      "a1 5@1000100",
      "e1 5@1000100",
    ]);
    expect(book.resting()).toEqual(["a1@1000100", "c1@1001100"]);
  });

  test("MK-22: the bound of the price limit and a trailing stop are on the new tick when they are calculated again", () => {
    const book = testBook("AAPL");
    // Works out the bound of the day for a distance of 1 %.
    book.enter("a1", "buy", 900_000, { within: 100 });
    book.enter("m1", "sell", 1_000_000);
    book.enter("m2", "buy", 1_000_000);
    book.enter("t1", "sell", 1, { market: true, trigger: { kind: "trail", amount: 300 } });
    const stop = () => [...liveOrders(book.book())].find(({ orderId }) => orderId === "t1")?.stopPrice;
    book.instrument({ ...AAPL, tick: 30_000, version: 1 });
    expect(stop()).toBe(999_700);
    // 1 % above $268, which nothing had been traded before, is $270.68, on the tick $270.
    expect(book.enter("b1", "buy", 2_706_800, { within: 100 })).toEqual(["b1 accepted", "b1 closed price_limit"]);
    expect(book.enter("c1", "buy", 2_700_000, { within: 100 })).toEqual(["c1 accepted"]);
    book.enter("m3", "sell", 2_700_000);
    expect(stop()).toBe(2_670_000);
  });

  test("MK-21: an entry without a newer version changes nothing", () => {
    const book = testBook("AAPL");
    book.instrument({ ...AAPL, tick: 500, version: 2 });
    book.instrument({ ...AAPL, tick: 700, version: 2 });
    book.instrument({ ...AAPL, status: "delisted", version: 1 });
    expect(book.book().instrument).toMatchObject({ tick: 500, status: "active" });
  });
});

describe("a symbol that is listed at run time", () => {
  test("MK-21: its book takes no orders before it is listed, and trades from then on, also after a restart", () => {
    const book = testBook("ZED");
    expect(book.enter("a1", "buy", 100_000)).toEqual(["a1 accepted", "a1 closed delisted"]);
    expect(book.entry({ kind: "resume", until: 9_999 })).toEqual([]);
    book.instrument(ZED);
    expect(book.book().status).toMatchObject({ phase: "continuous", halt: null });
    book.reload();
    expect(book.enter("a2", "buy", 100_000)).toEqual(["a2 accepted"]);
    expect(book.enter("b1", "sell", 100_000)).toEqual(["b1 accepted", "a2 10@100000", "b1 10@100000"]);
  });

  test("MK-21: a book that was loaded before its symbol is listed still waits", () => {
    const book = testBook("ZED");
    book.reload();
    expect(book.book().isDelisted).toBe(true);
    book.instrument(ZED);
    expect(book.enter("a1", "buy", 100_000)).toEqual(["a1 accepted"]);
  });
});

describe("a symbol that is delisted", () => {
  const gone: Instrument = { ...AAPL, status: "delisted", version: 1 };

  test("MK-23: every order ends, in the order of priority: first resting orders, then those that wait", () => {
    const book = testBook("AAPL");
    book.enter("a1", "buy", 1_000_000);
    book.enter("b1", "buy", 1_000_100, { display: 3 });
    book.enter("c1", "sell", 1_002_000);
    book.enter("d1", "sell", 900_000, { market: true, trigger: { kind: "stop", price: 900_000 } });
    book.enter("e1", "buy", 1_000_500, { allOrNone: true });
    book.enter("f1", "buy", 1_002_000, { peg: { to: "primary", offset: 0 } });
    book.enter("g1", "buy", 999_000, { timeInForce: "opg" });
    expect(book.instrument(gone)).toEqual(
      ["b1", "f1", "a1", "c1", "d1", "e1", "g1"].map((orderId) => `${orderId} closed delisted`),
    );
    expect([...liveOrders(book.book())]).toEqual([]);
    expect(book.resting()).toEqual([]);
  });

  test("MK-23: legs of a partly filled order end with it", () => {
    const book = testBook("AAPL");
    const legs = [
      { role: "take_profit", orderId: "a2", price: 1_100_000 },
      { role: "stop_loss", orderId: "a3", price: 1, stop: 900_000 },
    ] as const;
    book.enter("a1", "buy", 1_000_000, { orderClass: "bracket", legs });
    book.enter("b1", "sell", 1_000_000, { qty: 4 });
    const lines = book.instrument(gone);
    expect(lines).toEqual([
      "a1 closed delisted",
      "a2 restated",
      "a3 restated",
      "a2 closed delisted",
      "a3 closed linked",
    ]);
    expect([...liveOrders(book.book())]).toEqual([]);
  });

  test("MK-23: it is halted for ever: nothing resumes it, orders are closed on entry, and a restart changes nothing", () => {
    const book = testBook("AAPL");
    book.enter("a1", "buy", 1_000_000);
    book.instrument(gone);
    for (const _ of [1, 2]) {
      const until = 99_999;
      for (const entry of [
        { kind: "resume", until },
        { kind: "halt", reason: "news", until },
        { kind: "phase", phase: "continuous", session: "regular", until, uncross: "opening" },
        { kind: "instrument", instrument: { ...AAPL, version: 1 } },
      ] as const) {
        expect(book.entry(entry)).toEqual([]);
        expect(book.book().status).toMatchObject({ phase: "halted", halt: "delisted", until: null });
      }
      book.reload();
    }
    const legs = [{ role: "stop_loss", orderId: "b2", price: 1, stop: 900_000 }] as const;
    expect(book.enter("b1", "buy", 1_000_000, { orderClass: "oto", legs })).toEqual([
      "b1 accepted",
      "b2 accepted",
      "b1 closed delisted",
      "b2 closed parent",
    ]);
    expect(book.enter("c1", "sell", 1_000_000)).toEqual(["c1 accepted", "c1 closed delisted"]);
  });

  test("MK-23: subscribers see the change: the sequence increases", () => {
    const book = testBook("AAPL");
    const before = book.book().sequence;
    book.instrument(gone);
    expect(book.book().sequence).toBeGreaterThan(before);
  });
});
