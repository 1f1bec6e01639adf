import { describe, expect, test } from "vitest";
import type { BookCommand } from "./messages.ts";
import { RECENT_TRADES } from "./bookState.ts";
import { RULES } from "./rules.ts";
import { loadBook, saveBook } from "./bookSnapshot.ts";
import { applyCommand, applyEntry, newBook } from "./orderBook.ts";
import { liveOrder, previousClose, resting } from "./views.ts";

type New = BookCommand & { kind: "new" };

/** A market that writes what it reports as short lines: `account order kind …`. */
class Floor {
  state = newBook("AAPL");
  lines: string[] = [];

  readonly out = {
    report: (
      owner: string,
      report: { kind: string; orderId: string; qty?: number; price?: number; cause?: string; reason?: string },
    ) => {
      const reason = report.kind === "replace_rejected" ? report.reason : report.cause;
      const facts = report.kind === "fill" ? `${report.qty}@${report.price}` : (reason ?? "");
      this.lines.push(`${owner} ${report.orderId} ${report.kind} ${facts}`.trim());
    },
    trade: () => undefined,
  };

  /** Enters a gtc limit order and returns the reports. */
  enter(
    owner: string,
    orderId: string,
    side: New["side"],
    price: number,
    qty: number,
    more: Partial<New> = {},
    now = 0,
  ) {
    const terms = { timeInForce: "gtc", market: false, expiresAt: null } as const;
    return this.apply(owner, { kind: "new", orderId, side, price, qty, ...terms, ...more }, now);
  }

  apply(owner: string, command: BookCommand, now = 0): string[] {
    this.lines = [];
    applyCommand(this.state, owner, command, now, this.out);
    return this.lines;
  }

  expire(now: number): string[] {
    this.lines = [];
    applyEntry(this.state, { kind: "expire" }, now, this.out);
    return this.lines;
  }

  /** Resting orders, best first: `order qty@price`. */
  resting(): string[] {
    return [...resting(this.state, "buy"), ...resting(this.state, "sell")].map(
      (order) => `${order.orderId} ${order.qty}@${order.price}`,
    );
  }
}

test("OB-1: the better price trades first, at one price the order that arrived first", () => {
  const floor = new Floor();
  floor.enter("a", "a1", "sell", 102, 5);
  floor.enter("b", "b1", "sell", 101, 5);
  floor.enter("a", "a2", "sell", 101, 5);
  expect(floor.enter("c", "c1", "buy", 102, 13)).toEqual([
    "c c1 accepted",
    "b b1 fill 5@101",
    "c c1 fill 5@101",
    "a a2 fill 5@101",
    "c c1 fill 5@101",
    "a a1 fill 3@102",
    "c c1 fill 3@102",
  ]);
  expect(floor.resting()).toEqual(["a1 2@102"]);
});

test("OB-2, OB-3: an order trades no further than its limit and rests there", () => {
  const floor = new Floor();
  floor.enter("a", "a1", "buy", 100, 5);
  floor.enter("a", "a2", "buy", 99, 5);
  expect(floor.enter("b", "b1", "sell", 100, 8)).toEqual(["b b1 accepted", "a a1 fill 5@100", "b b1 fill 5@100"]);
  expect(floor.resting()).toEqual(["a2 5@99", "b1 3@100"]);
});

test.each<[string, Partial<New>]>([
  ["a market order", { market: true, timeInForce: "day", expiresAt: 100 }],
  ["an IOC order", { timeInForce: "ioc" }],
])("OB-5: what %s does not trade at once is cancelled", (_kind, terms) => {
  const floor = new Floor();
  floor.enter("a", "a1", "sell", 100, 5);
  expect(floor.enter("b", "b1", "buy", 101, 8, terms)).toEqual([
    "b b1 accepted",
    "a a1 fill 5@100",
    "b b1 fill 5@100",
    "b b1 closed canceled",
  ]);
  expect(floor.enter("b", "b2", "buy", 101, 8, terms)).toEqual(["b b2 accepted", "b b2 closed canceled"]);
  expect(floor.resting()).toEqual([]);
});

test("OB-4, OB-10: an order is accepted, traded and closed in that order, and its quantity is conserved", () => {
  const floor = new Floor();
  const reports = [
    ...floor.enter("a", "a1", "sell", 100, 10),
    ...floor.enter("b", "b1", "buy", 100, 3),
    ...floor.enter("b", "b2", "buy", 100, 4, { timeInForce: "ioc" }),
    ...floor.apply("a", { kind: "cancel", orderId: "a1" }),
    ...floor.apply("a", { kind: "cancel", orderId: "a1" }),
    ...floor.expire(1_000),
  ];
  expect(reports.filter((line) => line.startsWith("a a1"))).toEqual([
    "a a1 accepted",
    "a a1 fill 3@100",
    "a a1 fill 4@100",
    "a a1 closed canceled",
  ]);
  // A fill that completes an order is its last report.
  expect(reports.filter((line) => line.startsWith("b"))).toEqual([
    "b b1 accepted",
    "b b1 fill 3@100",
    "b b2 accepted",
    "b b2 fill 4@100",
  ]);
});

test("OB-6: an order keeps its queue position after a partial fill", () => {
  const floor = new Floor();
  floor.enter("a", "a1", "sell", 100, 5);
  floor.enter("b", "b1", "sell", 100, 5);
  floor.enter("c", "c1", "buy", 100, 2);
  expect(floor.enter("c", "c2", "buy", 100, 4)).toEqual([
    "c c2 accepted",
    "a a1 fill 3@100",
    "c c2 fill 3@100",
    "b b1 fill 1@100",
    "c c2 fill 1@100",
  ]);
});

describe("OB-7: the end of the day", () => {
  const day = (expiresAt: number) => ({ timeInForce: "day", expiresAt }) as const;

  test("expires day orders of that day on both sides, and no others", () => {
    const floor = new Floor();
    floor.enter("a", "a1", "buy", 99, 1, day(100));
    floor.enter("a", "a2", "buy", 98, 1);
    floor.enter("b", "b1", "sell", 101, 1, day(200));
    floor.enter("b", "b2", "sell", 102, 1, day(100));
    expect(floor.state.earliestExpiry).toBe(100);
    expect(floor.expire(99)).toEqual([]);
    expect(floor.expire(100)).toEqual(["a a1 closed expired", "b b2 closed expired"]);
    expect(floor.resting()).toEqual(["a2 1@98", "b1 1@101"]);
    expect(floor.state.earliestExpiry).toBe(200);
    floor.expire(200);
    expect(floor.state.earliestExpiry).toBeNull();
  });

  test("is applied before a later command when the alarm is late", () => {
    const floor = new Floor();
    floor.enter("a", "a1", "sell", 100, 5, day(100));
    floor.enter("a", "a2", "sell", 101, 5);
    expect(floor.enter("b", "b1", "buy", 101, 5, {}, 100)).toEqual([
      "a a1 closed expired",
      "b b1 accepted",
      "a a2 fill 5@101",
      "b b1 fill 5@101",
    ]);
  });

  test("expires a day order that arrives later before it trades", () => {
    const floor = new Floor();
    floor.enter("a", "a1", "sell", 100, 5);
    expect(floor.enter("b", "b1", "buy", 100, 5, day(100), 100)).toEqual(["b b1 accepted", "b b1 closed expired"]);
    expect(floor.enter("b", "b2", "buy", 100, 5, { ...day(100), market: true }, 101)).toEqual([
      "b b2 accepted",
      "b b2 closed expired",
    ]);
    expect(floor.resting()).toEqual(["a1 5@100"]);
  });

  test("of a cancelled or filled order causes at most one alarm", () => {
    const floor = new Floor();
    floor.enter("a", "a1", "buy", 99, 1, day(100));
    floor.apply("a", { kind: "cancel", orderId: "a1" });
    expect(floor.expire(100)).toEqual([]);
    expect(floor.state.earliestExpiry).toBeNull();
  });
});

describe("OB-9: a cancel", () => {
  test("removes the order of the account that sent it, and is reported", () => {
    const floor = new Floor();
    floor.enter("a", "a1", "buy", 99, 5);
    expect(floor.apply("a", { kind: "cancel", orderId: "a1" })).toEqual(["a a1 closed canceled"]);
    expect(floor.resting()).toEqual([]);
  });

  test("by another account, of an unknown order or of one that is closed does nothing", () => {
    const floor = new Floor();
    floor.enter("a", "a1", "buy", 99, 5);
    floor.enter("a", "a2", "buy", 98, 5);
    floor.enter("b", "b1", "sell", 99, 5);
    const before = JSON.stringify(saveBook(floor.state));
    for (const [owner, orderId] of [
      ["b", "a2"],
      ["a", "a1"],
      ["b", "b1"],
      ["a", "nope"],
    ] as const) {
      expect(floor.apply(owner, { kind: "cancel", orderId }, 50)).toEqual([]);
    }
    expect(JSON.stringify(saveBook(floor.state))).toBe(before);
  });
});

test("OB-20: a trailing stop keeps the best price that it has seen, unless its trail is replaced", () => {
  const floor = new Floor();
  const trade = (price: number) => {
    floor.enter("m", `s${price}`, "sell", price, 10);
    floor.enter("m", `b${price}`, "buy", price, 10);
  };
  const trail = (amount: number) => ({ kind: "trail", amount }) as const;
  trade(1_000_000);
  floor.enter("a", "t1", "sell", 100, 10, { market: true, trigger: trail(50_000) });
  trade(1_100_000);
  trade(1_060_000);
  floor.apply("a", { kind: "replace", orderId: "t1", newOrderId: "t2", qty: 5 });
  expect(liveOrder(floor.state, "t2")).toMatchObject({ best: 1_100_000, stopPrice: 1_050_000 });
  floor.apply("a", { kind: "replace", orderId: "t2", newOrderId: "t3", trigger: trail(60_000) });
  expect(liveOrder(floor.state, "t3")).toMatchObject({ best: 1_060_000, stopPrice: 1_000_000 });
});

test("MD-2: the sequence increases with every change of the book, and only then", () => {
  const floor = new Floor();
  const steps = [
    () => floor.enter("a", "a1", "buy", 99, 5),
    () => floor.enter("b", "b1", "sell", 99, 2),
    () => floor.apply("a", { kind: "cancel", orderId: "a1" }),
    () => floor.apply("a", { kind: "cancel", orderId: "a1" }),
    () => floor.enter("c", "c1", "buy", 99, 1, { timeInForce: "ioc" }),
  ];
  const sequences = steps.map((step) => {
    step();
    return floor.state.sequence;
  });
  expect(sequences).toEqual([1, 2, 3, 3, 3]);
});

test("OB-8: a market that is saved and loaded continues identically", () => {
  const floors = [new Floor(), new Floor()] as const;
  for (const floor of floors) {
    floor.enter("a", "a1", "sell", 100, 5, { timeInForce: "day", expiresAt: 100 });
    floor.enter("b", "b1", "sell", 100, 5);
    floor.enter("c", "c1", "buy", 100, 2);
  }
  floors[1].state = loadBook(structuredClone(saveBook(floors[1].state)));
  expect(floors[1].state.earliestExpiry).toBe(100);
  const rest = floors.map((floor) => [
    ...floor.enter("c", "c2", "buy", 101, 9, {}, 3),
    ...floor.expire(100),
    JSON.stringify(saveBook(floor.state)),
  ]);
  expect(rest[1]).toEqual(rest[0]);
});

describe("MD-6: a market stores its newest trades with their sequences", () => {
  test("up to the maximum, with the sequence of the newest dropped one, also in a snapshot", () => {
    const floor = new Floor();
    floor.enter("a", "a1", "sell", 100, RECENT_TRADES + 10);
    for (let nth = 1; nth <= RECENT_TRADES + 2; nth++) floor.enter("b", `b${nth}`, "buy", 100, 1);
    const { recent, forgottenThrough } = floor.state;
    // The resting order was the first change, so the nth trade is change n + 1.
    expect([recent.length, recent[0]?.sequence, recent.at(-1)?.sequence]).toEqual([
      RECENT_TRADES,
      4,
      RECENT_TRADES + 3,
    ]);
    expect(recent[0]).toMatchObject({ tradeId: 3, price: 100, qty: 1, at: 0, sequence: 4 });
    expect(forgottenThrough).toBe(3);
    const loaded = loadBook(structuredClone(saveBook(floor.state)));
    expect(saveBook(loaded)).toEqual(saveBook(floor.state));
    expect(loaded.forgottenThrough).toBe(3);
  });

  test("and has none after a snapshot of a release without them", () => {
    const floor = new Floor();
    floor.enter("a", "a1", "sell", 100, 5);
    const old = ({ recent: _recent, forgottenThrough: _forgotten, ...saved }: ReturnType<typeof saveBook>) => saved;
    expect(loadBook(old(saveBook(floor.state)))).toMatchObject({ recent: [], forgottenThrough: 0 });
    floor.enter("b", "b1", "buy", 100, 1);
    expect(loadBook(old(saveBook(floor.state)))).toMatchObject({ recent: [], forgottenThrough: 2 });
  });
});

test("an account may trade with its own order, and both sides are reported", () => {
  const floor = new Floor();
  floor.enter("a", "a1", "buy", 100, 5);
  expect(floor.enter("a", "a2", "sell", 100, 5)).toEqual(["a a2 accepted", "a a1 fill 5@100", "a a2 fill 5@100"]);
});

describe("OB-23: a post-only order that is replaced into the market", () => {
  const POST = { postOnly: true } as const;
  const replace = (facts: object) => ({ kind: "replace", orderId: "p", newOrderId: "q", ...facts }) as const;
  const floor = (rules = RULES) => {
    const made = new Floor();
    applyEntry(made.state, { kind: "rules", version: rules }, 0, made.out);
    made.enter("a", "ask", "sell", 1_010_000, 5);
    made.enter("b", "p", "buy", 1_000_000, 3, POST);
    return made;
  };

  test("is unchanged, and the replace is rejected with the reason", () => {
    const made = floor();
    const before = made.resting();
    expect(made.apply("b", replace({ price: 1_010_000 }))).toEqual(["b p replace_rejected post_only"]);
    expect(made.apply("b", replace({ price: 1_020_000, qty: 1 }))).toEqual(["b p replace_rejected post_only"]);
    expect(made.resting()).toEqual(before);
    expect(made.apply("b", replace({ price: 1_009_900, qty: 9 }))).toEqual(["b p replaced"]);
    expect(made.resting()).toEqual(["q 9@1009900", "ask 5@1010000"]);
  });

  test("that waits for its trigger is unchanged too when the new trigger is already reached", () => {
    const made = floor();
    made.enter("c", "taken", "buy", 1_010_000, 1);
    const trigger = { kind: "stop", price: 1_050_000 } as const;
    made.enter("b", "s", "buy", 1_060_000, 1, { ...POST, trigger });
    const moved = { orderId: "s", trigger: { kind: "stop", price: 1_010_000 } };
    expect(made.apply("b", replace(moved))).toEqual(["b s replace_rejected post_only"]);
    expect(made.apply("b", replace({ ...moved, price: 1_005_000 }))).toEqual(["b s replaced", "b q triggered"]);
  });

  test("was closed under the first rules", () => {
    const made = floor(1);
    expect(made.apply("b", replace({ price: 1_010_000 }))).toEqual(["b p replaced", "b q closed canceled"]);
  });
});

describe("MD-39: the previous close", () => {
  /** 20:00 in New York, on a Friday in winter. */
  const END = Date.UTC(2026, 10, 21, 1);
  const HOUR = 3_600_000;
  const trade = (floor: Floor, price: number, now: number) => {
    floor.enter("a", `s${now}`, "sell", price, 1, {}, now);
    floor.enter("b", `b${now}`, "buy", price, 1, {}, now);
  };

  test("is that of the newest trade of an earlier day, however long nothing trades, and after a restart", () => {
    const floor = new Floor();
    const at = (now: number) => [floor.state, loadBook(saveBook(floor.state))].map((m) => previousClose(m, now));
    expect(at(END)).toEqual([null, null]);
    trade(floor, 1_000_000, END - 2 * HOUR);
    trade(floor, 1_010_000, END - HOUR);
    expect(at(END - 1)).toEqual([null, null]);
    expect(at(END)).toEqual([1_010_000, 1_010_000]);
    expect(at(END + 100 * HOUR)).toEqual([1_010_000, 1_010_000]);
    trade(floor, 1_020_000, END + HOUR);
    trade(floor, 1_030_000, END + 2 * HOUR);
    expect(at(END + 3 * HOUR)).toEqual([1_010_000, 1_010_000]);
    expect(at(END + 24 * HOUR)).toEqual([1_030_000, 1_030_000]);
  });

  test("is of regular hours: trades before and after them do not count", () => {
    const floor = new Floor();
    const phase = (session: "pre" | "regular" | "post", now: number) =>
      applyEntry(floor.state, { kind: "phase", phase: "continuous", session, until: null }, now, floor.out);
    const extended = (price: number, now: number) => {
      floor.enter("a", `s${now}`, "sell", price, 1, { extended: true }, now);
      floor.enter("b", `b${now}`, "buy", price, 1, { extended: true }, now);
    };
    phase("regular", END - 9 * HOUR);
    trade(floor, 1_000_000, END - 8 * HOUR);
    phase("post", END - 4 * HOUR);
    extended(1_050_000, END - 3 * HOUR);
    expect(floor.state.last?.price).toBe(1_050_000);
    expect(previousClose(floor.state, END)).toBe(1_000_000);
    phase("pre", END + 12 * HOUR);
    extended(1_060_000, END + 13 * HOUR);
    expect(previousClose(floor.state, END + 13 * HOUR)).toBe(1_000_000);
  });

  test("of a snapshot of an earlier release is its newest trade, once the day of that is over", () => {
    const floor = new Floor();
    trade(floor, 1_000_000, END - HOUR);
    const { close: _, ...saved } = saveBook(floor.state);
    const m = loadBook(saved);
    expect([previousClose(m, END - 1), previousClose(m, END)]).toEqual([null, 1_000_000]);
  });
});
