import { describe, expect, test } from "vitest";
import { readLiveMarket } from "./liveMarket.ts";
import { isRelevant } from "./relevance.ts";
import { paperOrders, nextExpiry } from "./paperBook.ts";
import { loadPaperBook, savePaperBook } from "./save.ts";
import { PaperTest } from "./testing.ts";

const STOP = { timeInForce: "gtc" } as const;

describe("an order that takes", () => {
  test("PA-4: it takes what the live book displays, at its prices and order by order", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 30);
    t.order("a2", "sell", 100, 20);
    t.order("a3", "sell", 101, 100);
    expect(t.paperOrder("p1", "buy", 105, 90, { timeInForce: "ioc" })).toEqual([
      "p p1 accepted",
      "p p1 fill 30@100 taker",
      "p p1 fill 20@100 taker",
      "p p1 fill 40@101 taker",
    ]);
  });

  test.each([
    ["fok", { timeInForce: "fok" }, ["p p1 accepted", "p p1 closed fill_or_kill"]],
    ["ioc", { timeInForce: "ioc" }, ["p p1 accepted", "p p1 fill 50@100 taker", "p p1 closed unfilled"]],
    ["market", { market: true }, ["p p1 accepted", "p p1 fill 50@100 taker", "p p1 closed unfilled"]],
    ["post-only", { postOnly: true }, ["p p1 accepted", "p p1 closed post_only"]],
    ["minimum", { timeInForce: "ioc", minQty: 60 }, ["p p1 accepted", "p p1 closed min_qty"]],
    ["all or none", { allOrNone: true }, ["p p1 accepted condition"]],
    ["gtc", {}, ["p p1 accepted", "p p1 fill 50@100 taker"]],
  ] as const)("PA-3: %s follows the rules of the live book", (_, terms, reports) => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 50);
    expect(t.paperOrder("p1", "buy", 100, 70, terms)).toEqual(reports);
  });

  test("PA-5: what an account has taken is not there for it again until the level changes; another account sees it", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 50);
    t.paperOrder("p1", "buy", 100, 40, { timeInForce: "ioc" });
    expect(t.paperOrder("p2", "buy", 100, 40, { timeInForce: "ioc" })).toEqual([
      "p p2 accepted",
      "p p2 fill 10@100 taker",
      "p p2 closed unfilled",
    ]);
    expect(t.paperOrder("q1", "buy", 100, 40, { timeInForce: "ioc" }, "q")).toContain("q q1 fill 40@100 taker");
    // A new order behind those that were taken.
    t.order("a2", "sell", 100, 5);
    expect(t.paperOrder("p3", "buy", 100, 40, { timeInForce: "ioc" })).toContain("p p3 fill 5@100 taker");
    // Others take what the account has taken: the rest is still there.
    t.order("b1", "buy", 100, 50, { timeInForce: "ioc" });
    expect(t.paperOrder("p4", "buy", 100, 40, { timeInForce: "ioc" })).toEqual([
      "p p4 accepted",
      "p p4 closed unfilled",
    ]);
    t.cancel("a2");
    t.paperOrder("p0", "buy", 90, 1);
    t.order("a3", "sell", 100, 7);
    expect(t.paperOrder("p5", "buy", 100, 40, { timeInForce: "ioc" })).toContain("p p5 fill 7@100 taker");
  });

  test("PA-1: the live book does not change", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 50);
    const { sequence } = t.live;
    t.paperOrder("p1", "buy", 100, 70);
    t.read();
    expect([t.live.sequence, t.live.owners.uses("p"), t.live.last]).toEqual([sequence, 0, null]);
  });
});

describe("an order that rests", () => {
  test("PA-6: trades at its price go to what was ahead of it first, then to it", () => {
    const t = new PaperTest();
    t.order("b1", "buy", 100, 50);
    t.paperOrder("p1", "buy", 100, 30);
    t.order("b2", "buy", 100, 500);
    t.order("s1", "sell", 100, 40);
    expect(t.read()).toEqual([]);
    t.order("s2", "sell", 100, 15);
    expect(t.read()).toEqual(["p p1 fill 5@100 maker"]);
    t.order("s3", "sell", 100, 100);
    expect(t.read()).toEqual(["p p1 fill 25@100 maker"]);
  });

  test("PA-6: a trade through its price fills it, for no more than was traded", () => {
    const t = new PaperTest();
    t.order("b1", "buy", 100, 10);
    t.order("b2", "buy", 99, 100);
    t.paperOrder("p1", "buy", 100, 30);
    t.cancel("b1");
    t.order("s1", "sell", 99, 20);
    expect(t.read()).toEqual(["p p1 fill 20@100 maker"]);
    t.order("s2", "sell", 98, 50);
    expect(t.read()).toEqual(["p p1 fill 10@100 maker"]);
  });

  test("PA-6: displayed quantity that would have met it fills it at its price", () => {
    const t = new PaperTest();
    t.paperOrder("p1", "buy", 100, 30);
    t.order("s1", "sell", 99, 20);
    expect(t.read()).toEqual(["p p1 fill 20@100 maker"]);
    // The same quantity does not fill it twice, also when others take it.
    t.order("b1", "buy", 99, 20);
    expect(t.read()).toEqual([]);
  });

  test("PA-5: its own quantity is not filled by others taking what the account has taken", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 50);
    expect(t.paperOrder("p1", "buy", 100, 70)).toContain("p p1 fill 50@100 taker");
    t.order("b1", "buy", 100, 50);
    expect(t.read()).toEqual([]);
    t.order("s1", "sell", 100, 5);
    expect(t.read()).toEqual(["p p1 fill 5@100 maker"]);
  });

  test("PA-3: an iceberg refills behind what is displayed; a bracket's legs follow its fill", () => {
    const t = new PaperTest();
    t.paperOrder("p1", "buy", 100, 30, { display: 10 });
    t.order("b1", "buy", 100, 20);
    t.read();
    t.order("s1", "sell", 100, 12);
    expect(t.read()).toEqual(["p p1 fill 10@100 maker"]);
    const legs = [
      { role: "take_profit" as const, orderId: "tp", price: 1_020_000, limit: true as const },
      { role: "stop_loss" as const, orderId: "sl", price: 900_000, stop: 950_000 },
    ];
    t.order("a1", "sell", 101, 5);
    expect(t.paperOrder("p2", "buy", 101, 5, { orderClass: "bracket", legs })).toEqual([
      "p p2 accepted",
      "p tp accepted parent",
      "p sl accepted parent",
      "p p2 fill 5@101 taker",
      "p tp activated",
      "p sl activated trigger",
    ]);
    t.cancel("a1");
    t.order("b2", "buy", 102, 9);
    expect(t.read()).toEqual(["p tp fill 5@102 maker", "p sl closed linked"]);
  });

  test("PA-3: a replace at the same price with less keeps its place, another one loses it", () => {
    const t = new PaperTest();
    t.order("b1", "buy", 100, 10);
    t.paperOrder("p1", "buy", 100, 30);
    t.order("b2", "buy", 100, 10);
    t.paperCommand({ kind: "replace", orderId: "p1", newOrderId: "p2", qty: 20 });
    t.order("s1", "sell", 100, 12);
    expect(t.read()).toEqual(["p p2 fill 2@100 maker"]);
    expect(t.paperCommand({ kind: "replace", orderId: "p2", newOrderId: "p3", qty: 40 })).toEqual(["p p2 replaced"]);
    t.order("s2", "sell", 100, 8);
    expect(t.read()).toEqual([]);
    expect(t.paperCommand({ kind: "cancel", orderId: "p3" })).toEqual(["p p3 closed canceled"]);
    expect(paperOrders(t.paper)).toBe(0);
  });
});

describe("triggers and time", () => {
  test("PA-8: a trade of the live book elects a stop, which takes what is displayed then", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 10);
    t.order("a2", "sell", 101, 50);
    const stop = { ...STOP, market: true, trigger: { kind: "stop", price: 1_000_000 } } as const;
    expect(t.paperOrder("p1", "buy", 110, 20, stop)).toEqual(["p p1 accepted trigger"]);
    expect(t.read()).toEqual([]);
    t.order("b1", "buy", 100, 10);
    expect(t.read()).toEqual(["p p1 triggered", "p p1 fill 20@101 taker"]);
  });

  test("PA-8: a trailing stop follows the live trades", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 10);
    t.order("b1", "buy", 100, 1);
    t.order("b2", "buy", 97, 50);
    const stop = { ...STOP, market: true, trigger: { kind: "trail", amount: 20_000 } } as const;
    t.paperOrder("p1", "sell", 1, 5, stop);
    t.order("b3", "buy", 101, 1);
    t.order("a2", "sell", 103, 1);
    t.cancel("a1");
    t.order("b4", "buy", 103, 1);
    expect(t.read()).toEqual([]);
    // The best price is 103, so a trade at 101 elects it.
    t.order("b5", "buy", 101, 1);
    t.order("s1", "sell", 101, 1);
    expect(t.read()).toEqual(["p p1 triggered", "p p1 fill 5@97 taker"]);
  });

  test("PA-3: orders expire by time", () => {
    const t = new PaperTest();
    t.paperOrder("p1", "buy", 100, 30, { timeInForce: "gtd", expiresAt: 5_000 });
    expect(nextExpiry(t.paper)).toBe(5_000);
    expect(t.expire(5_000)).toEqual(["p p1 closed expired"]);
    expect(t.paper.accounts.size).toBe(0);
  });

  test("PA-11: a reading without a change is not applied, also while an order waits for its condition", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 10);
    t.paperOrder("p1", "buy", 100, 30, { allOrNone: true });
    const read = () => isRelevant(t.paper, readLiveMarket(t.live, t.paper.market?.sequence ?? 0));
    expect(read()).toBe(false);
    t.order("a2", "sell", 100, 20);
    expect(read()).toBe(true);
    expect(t.read()).toEqual(["p p1 fill 10@100 taker", "p p1 fill 20@100 taker"]);
  });

  test("PA-11: lost readings delay a fill and invent none: what was traded while none was read is gone", () => {
    const t = new PaperTest();
    t.order("b1", "buy", 100, 50);
    t.paperOrder("p1", "buy", 100, 30);
    // More trades than the live book keeps, none of which reaches the order.
    for (let nth = 0; nth < 2_100; nth++) {
      t.order(`a${nth}`, "sell", 101, 1);
      t.order(`t${nth}`, "buy", 101, 1, { timeInForce: "ioc" });
    }
    expect(t.read()).toEqual([]);
    expect(t.paper.market?.complete).toBe(false);
    t.order("s1", "sell", 100, 50);
    expect(t.read()).toEqual([]);
    t.order("b9", "buy", 100, 9);
    t.order("s2", "sell", 100, 9);
    expect(t.read()).toEqual(["p p1 fill 9@100 maker"]);
  });
});

describe("phases", () => {
  test("PA-9: in an auction better prices are filled at its price, up to its quantity; the price itself is not", () => {
    const t = new PaperTest();
    t.market({ kind: "halt", reason: "manual", until: null });
    t.paperOrder("p1", "buy", 102, 30);
    t.paperOrder("p2", "buy", 100, 10);
    t.paperOrder("p3", "buy", 105, 10, { market: true });
    expect(t.paperOrder("p4", "buy", 99, 5, { timeInForce: "ioc" })).toEqual(["p p4 accepted", "p p4 closed halted"]);
    t.market({ kind: "resume", until: 9_000 });
    t.order("s1", "sell", 100, 35);
    t.order("b1", "buy", 100, 35);
    t.order("b2", "buy", 100, 7);
    t.market({ kind: "phase", phase: "continuous", session: "regular", until: null, uncross: "reopening" });
    expect(t.read()).toEqual(["p p3 fill 10@100 auction", "p p1 fill 25@100 auction"]);
    // The live orders at its price are younger.
    t.order("s2", "sell", 100, 5);
    expect(t.read()).toEqual(["p p1 fill 5@102 maker"]);
    t.order("s3", "sell", 100, 3);
    expect(t.read()).toEqual(["p p2 fill 3@100 maker"]);
  });

  test("PA-9: an auction that falls between two readings fills what it would have, and ends orders that were for it", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 103, 4);
    t.paperOrder("p1", "buy", 102, 30);
    t.paperOrder("p2", "buy", 100, 10);
    expect(t.paperOrder("p3", "buy", 105, 10, { timeInForce: "cls", market: true })).toEqual(["p p3 accepted auction"]);
    expect(t.paperOrder("p4", "sell", 99, 5, { timeInForce: "cls" })).toEqual(["p p4 accepted auction"]);
    // A trade before the auction, which is no part of it.
    t.order("s0", "sell", 101, 3);
    t.order("b0", "buy", 101, 3);
    t.market({ kind: "phase", phase: "closing_auction", session: "regular", until: null });
    t.order("s1", "sell", 100, 35);
    t.order("b1", "buy", 100, 35);
    t.market({ kind: "phase", phase: "continuous", session: "post", until: null, uncross: "closing" });
    expect(t.read()).toEqual([
      "p p1 fill 3@102 maker",
      "p p3 fill 10@100 auction",
      "p p1 fill 25@100 auction",
      "p p4 fill 5@100 auction",
    ]);
  });

  test("PA-9: a halt that begins and ends with an auction between two readings fills what it would have", () => {
    const t = new PaperTest();
    t.paperOrder("p1", "buy", 102, 30);
    t.market({ kind: "halt", reason: "manual", until: null });
    t.market({ kind: "resume", until: 9_000 });
    t.order("s1", "sell", 100, 12);
    t.order("b1", "buy", 100, 12);
    t.market({ kind: "phase", phase: "continuous", session: "regular", until: null, uncross: "reopening" });
    expect(t.read()).toEqual(["p p1 fill 12@100 auction"]);
  });

  test("PA-9: a halt of the live book halts, and a market order that gathered for no trade ends", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 10);
    t.paperOrder("p1", "buy", 99, 30);
    t.market({ kind: "halt", reason: "manual", until: null });
    expect(t.paperOrder("p2", "buy", 105, 10, { market: true })).toEqual(["p p2 accepted auction"]);
    t.market({ kind: "resume", until: 9_000 });
    t.market({ kind: "phase", phase: "continuous", session: "regular", until: null, uncross: "reopening" });
    expect(t.read()).toEqual(["p p2 closed auction_over"]);
    expect(t.paperOrder("p3", "buy", 100, 10)).toContain("p p3 fill 10@100 taker");
  });

  test("PA-9: an order that is not eligible waits for its session and enters then", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 10, { extended: true });
    t.market({ kind: "phase", phase: "continuous", session: "post", until: null });
    expect(t.paperOrder("p1", "buy", 100, 4)).toEqual(["p p1 accepted session"]);
    expect(t.paperOrder("p2", "buy", 100, 4, { extended: true })).toContain("p p2 fill 4@100 taker");
    t.market({ kind: "phase", phase: "continuous", session: "regular", until: null });
    expect(t.read()).toEqual(["p p1 activated", "p p1 fill 4@100 taker"]);
  });

  test("PA-9: price bands of the live book bound paper orders", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 1);
    t.order("b1", "buy", 100, 1);
    t.order("a2", "sell", 150, 10);
    t.market({ kind: "configure", calendar: "always", luldTier: 1 });
    expect(t.paperOrder("p1", "buy", 160, 5)).toEqual(["p p1 accepted"]);
    const upper = (t.live.status.bands?.upper ?? 0) / 10_000;
    t.order("s1", "sell", upper - 1, 5);
    expect(t.read()).toEqual([`p p1 fill 5@${upper} maker`]);
  });

  test("PA-9: a delisted symbol ends every paper order", () => {
    const t = new PaperTest();
    t.paperOrder("p1", "buy", 100, 30);
    t.market({ kind: "instrument", instrument: { ...t.live.instrument, version: 9, status: "delisted" } });
    expect(t.read()).toEqual(["p p1 closed delisted"]);
    expect(t.paperOrder("p2", "buy", 100, 30)).toEqual(["p p2 accepted", "p p2 closed delisted"]);
  });
});

describe("the state", () => {
  test("PA-2: a snapshot is the same state, and goes on alike", () => {
    const [one, other] = [new PaperTest(), new PaperTest()];
    for (const t of [one, other]) {
      t.order("b1", "buy", 100, 50);
      t.order("a1", "sell", 101, 20);
      t.paperOrder("p1", "buy", 100, 30, { display: 10 });
      t.paperOrder("p2", "buy", 101, 5);
      t.paperOrder("p3", "sell", 103, 5, { trigger: { kind: "stop", price: 990_000 } }, "q");
      t.order("s1", "sell", 100, 20);
      t.read();
    }
    other.paper = loadPaperBook(structuredClone(savePaperBook(other.paper)));
    expect(savePaperBook(other.paper)).toEqual(savePaperBook(one.paper));
    const after = [one, other].map((t) => {
      t.order("s2", "sell", 99, 70);
      t.order("a2", "sell", 101, 3);
      return [...t.read(), ...t.paperOrder("p4", "buy", 101, 100, { timeInForce: "ioc" })];
    });
    expect(after[0]).toEqual(after[1]);
    expect(after[0]?.join()).toContain("p p1 fill");
  });

  test("PA-2: between two inputs only levels with an order of the account have live quantity, and nothing is lost by that", () => {
    const t = new PaperTest();
    for (let nth = 0; nth < 20; nth++) {
      t.order(`b${nth}`, "buy", 100 - nth, 10);
      t.order(`a${nth}`, "sell", 101 + nth, 10);
    }
    t.paperOrder("p1", "buy", 97, 5);
    const { bids, asks } = t.paper.accounts.get("p")?.book.engine ?? { bids: { size: 0 }, asks: { size: 0 } };
    expect([bids.size, asks.size]).toEqual([2, 0]);
    const stop = { market: true, trigger: { kind: "stop", price: 970_000 } } as const;
    t.paperOrder("p2", "sell", 1, 25, stop, "q");
    t.order("s1", "sell", 97, 41);
    // All ahead at 97 was traded and one was left over; the stop takes what is displayed below.
    expect(t.read()).toEqual([
      "p p1 fill 1@97 maker",
      "q p2 triggered",
      "q p2 fill 10@96 taker",
      "q p2 fill 10@95 taker",
      "q p2 fill 5@94 taker",
    ]);
  });

  test("PA-5: account books without orders are dropped, the oldest of those that have taken something first", () => {
    const t = new PaperTest();
    t.order("a1", "sell", 100, 50);
    for (let nth = 0; nth < 300; nth++)
      t.paperOrder(`p${nth}`, "buy", 100, 1, { timeInForce: "ioc" }, `account ${nth}`);
    t.paperOrder("q", "buy", 90, 1, { timeInForce: "ioc" }, "nothing taken");
    expect(t.paper.accounts.size).toBe(256);
    expect(t.paper.accounts.has("account 43")).toBe(false);
    expect(t.paper.accounts.has("account 44")).toBe(true);
  });
});
