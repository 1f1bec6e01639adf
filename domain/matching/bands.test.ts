import { describe, expect, test } from "vitest";
import type { MarketEntry } from "../market/phase.ts";
import type { NewOrderCommand } from "./messages.ts";
import { loadBook, saveBook } from "./bookSnapshot.ts";
import { applyCommand, applyEntry, newBook } from "./orderBook.ts";
import { best, levels, nextDue } from "./views.ts";

const DOLLAR = 10_000;
const SECOND = 1_000;

/** AAPL, whose reference price is $268, with the bands of tier 1: $254.60 to $281.40. */
class Floor {
  market = newBook("AAPL");
  now = 0;
  lines: string[] = [];

  constructor() {
    this.tell({ kind: "configure", calendar: "always", luldTier: 1 });
  }

  readonly #out = {
    report: (_owner: string, report: { orderId: string; kind: string; price?: number; qty?: number }) => {
      const facts = report.kind === "fill" ? ` ${report.qty}@${(report.price ?? 0) / DOLLAR}` : "";
      this.lines.push(`${report.orderId} ${report.kind}${facts}`);
    },
    trade: () => undefined,
  };

  tell(entry: MarketEntry, wait = 0): void {
    this.now += wait;
    applyEntry(this.market, entry, this.now, this.#out);
  }

  enter(orderId: string, side: "buy" | "sell", dollars: number, qty: number, more: Partial<NewOrderCommand> = {}) {
    this.lines = [];
    const price = Math.round(dollars * DOLLAR);
    const terms = { timeInForce: "gtc", market: false, expiresAt: null } as const;
    const command = { kind: "new", orderId, side, price, qty, ...terms, ...more } as const;
    applyCommand(this.market, "a", command, this.now, this.#out);
    return this.lines;
  }

  depth(side: "buy" | "sell") {
    return levels(this.market, side).map(({ price, qty }) => `${qty}@${price / DOLLAR}`);
  }
}

describe("OB-35: within the bands", () => {
  test("an order trades up to the band, and rests there when its limit is beyond it", () => {
    const floor = new Floor();
    floor.enter("s1", "sell", 281.3, 5);
    floor.enter("s2", "sell", 281.4, 5);
    floor.enter("s3", "sell", 281.5, 5);
    expect(floor.enter("b1", "buy", 300, 20)).toEqual([
      "b1 accepted",
      "s1 fill 5@281.3",
      "b1 fill 5@281.3",
      "s2 fill 5@281.4",
      "b1 fill 5@281.4",
    ]);
    expect([floor.depth("buy"), floor.depth("sell")]).toEqual([["10@281.4"], ["5@281.5"]]);
    // A sell that reaches further trades at the resting order's price, which is inside.
    expect(floor.enter("s4", "sell", 100, 1)).toEqual(["s4 accepted", "b1 fill 1@281.4", "s4 fill 1@281.4"]);
  });

  test("a market order trades no further either, and its rest is cancelled", () => {
    const floor = new Floor();
    floor.enter("s1", "sell", 281.5, 5);
    expect(floor.enter("b1", "buy", 290, 5, { market: true, timeInForce: "day" })).toEqual([
      "b1 accepted",
      "b1 closed",
    ]);
  });

  test("when the bands change, orders beyond them move to the band, behind the orders there", () => {
    const floor = new Floor();
    floor.enter("b1", "buy", 281, 5);
    // A tenth down: the mean of the last five minutes moves the bands after half a minute.
    for (let nth = 0; nth < 200; nth++) {
      floor.now += SECOND;
      floor.enter(`s${nth}`, "sell", 255, 1, { timeInForce: "ioc" });
      floor.enter(`c${nth}`, "buy", 255, 1);
    }
    const { bands } = floor.market.status;
    expect(bands?.upper).toBeLessThan(281 * DOLLAR);
    expect(best(floor.market, "buy")?.price ?? 0).toBeLessThanOrEqual(bands?.upper ?? 0);
  });
});

test("OB-35, OB-11: a conditional order that a band bounds stays bounded after a restart", () => {
  const floor = new Floor();
  expect(floor.enter("b1", "buy", 300, 5, { allOrNone: true })).toEqual(["b1 accepted"]);
  floor.market = loadBook(structuredClone(saveBook(floor.market)));
  expect(floor.enter("s1", "sell", 250, 5)).toEqual(["s1 accepted", "b1 fill 5@281.4", "s1 fill 5@281.4"]);
});

test("OB-35, MK-11: bands widen before the close without any trade, and then nothing is due", () => {
  const floor = new Floor();
  const close = 60 * 60 * SECOND;
  floor.tell({ kind: "configure", calendar: "us_equities", luldTier: 1 });
  floor.tell({ kind: "phase", phase: "continuous", session: "pre", until: null });
  floor.tell({ kind: "phase", phase: "continuous", session: "regular", until: close });
  const due = close - 25 * 60 * SECOND;
  expect(nextDue(floor.market)).toBe(due);
  const width = () => (floor.market.status.bands?.upper ?? 0) - (floor.market.status.bands?.reference ?? 0);
  const before = width();
  floor.tell({ kind: "expire" }, due);
  expect([width(), nextDue(floor.market)]).toEqual([2 * before, null]);
});

describe("OB-35: a market in a limit state", () => {
  test("for 15 seconds is paused for five minutes, also when the alarm is late and after a restart", () => {
    const floor = new Floor();
    floor.now = 10 * SECOND;
    floor.enter("b1", "buy", 300, 5);
    expect(floor.market.status.limitState).toEqual({ side: "upper", since: floor.now });
    expect(nextDue(floor.market)).toBe(25 * SECOND);
    floor.market = loadBook(structuredClone(saveBook(floor.market)));
    floor.tell({ kind: "expire" }, 14_999);
    expect(floor.market.status.phase).toBe("continuous");
    // The first order after the time finds the market paused.
    floor.now += 2 * SECOND;
    expect(floor.enter("s1", "sell", 281, 5)).toEqual(["s1 accepted"]);
    const { phase, halt, bands, until } = floor.market.status;
    expect([phase, halt, bands, until]).toEqual(["halted", "luld", null, floor.now + 300 * SECOND]);
    floor.tell({ kind: "resume", until: until ?? 0 }, 300 * SECOND);
    floor.lines = [];
    floor.tell({ kind: "phase", phase: "continuous", session: "regular", until: null, uncross: "reopening" });
    // The reopening auction is not bound by the old bands, and its price is the next reference.
    expect(floor.lines).toEqual(["b1 fill 5@281", "s1 fill 5@281"]);
    expect(floor.market.status.bands?.reference).toBe(281 * DOLLAR);
  });

  test("moves orders from the band to their limits for the auction when it is paused", () => {
    const floor = new Floor();
    floor.enter("b1", "buy", 300, 5);
    floor.enter("b2", "buy", 281.4, 5);
    expect(floor.depth("buy")).toEqual(["10@281.4"]);
    floor.market = loadBook(structuredClone(saveBook(floor.market)));
    floor.tell({ kind: "expire" }, 20 * SECOND);
    expect(floor.depth("buy")).toEqual(["5@300", "5@281.4"]);
  });

  test("is not paused when the limit state ends before", () => {
    const floor = new Floor();
    floor.enter("b1", "buy", 300, 5);
    floor.now += 10 * SECOND;
    floor.enter("s1", "sell", 281.4, 5);
    expect(floor.market.status.limitState).toBeNull();
    floor.tell({ kind: "expire" }, 60 * SECOND);
    expect(floor.market.status.phase).toBe("continuous");
  });
});
