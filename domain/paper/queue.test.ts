import { describe, expect, test } from "vitest";
import { PaperTest } from "./testing.ts";

describe("the place in the queue", () => {
  test("PA-7: a cancel ahead gains a place, one behind does not", () => {
    const t = new PaperTest();
    t.order("b1", "buy", 100, 50);
    t.order("b2", "buy", 100, 20);
    t.paperOrder("p1", "buy", 100, 30);
    t.order("b3", "buy", 100, 50);
    // Only the trade tells the paper book that the first order has left.
    t.cancel("b1");
    t.cancel("b3");
    t.order("b4", "buy", 100, 100);
    expect(t.read()).toEqual([]);
    t.order("s1", "sell", 100, 15);
    expect(t.read()).toEqual([]);
    t.order("s2", "sell", 100, 25);
    expect(t.read()).toEqual(["p p1 fill 20@100 maker"]);
    t.order("s3", "sell", 100, 50);
    expect(t.read()).toEqual(["p p1 fill 10@100 maker"]);
  });

  test("PA-7: an iceberg ahead that is refilled, and an order that is enlarged, are behind from then on", () => {
    const t = new PaperTest();
    t.order("i1", "buy", 100, 60, { display: 20 });
    t.order("b1", "buy", 100, 10);
    t.paperOrder("p1", "buy", 100, 30);
    t.liveCommand({ kind: "replace", orderId: "b1", newOrderId: "b2", qty: 40 });
    t.order("s1", "sell", 100, 20);
    expect(t.read()).toEqual([]);
    t.order("s2", "sell", 100, 5);
    expect(t.read()).toEqual(["p p1 fill 5@100 maker"]);
    t.order("s3", "sell", 100, 70);
    expect(t.read()).toEqual(["p p1 fill 25@100 maker"]);
  });

  test("PA-6: an incoming order fills it once, also when it meets several orders and rests afterwards", () => {
    const t = new PaperTest();
    t.order("b1", "buy", 100, 5);
    t.paperOrder("p1", "buy", 100, 30);
    t.order("b2", "buy", 100, 5);
    t.order("b3", "buy", 99, 5);
    t.order("s1", "sell", 99, 25);
    expect(t.read()).toEqual(["p p1 fill 20@100 maker"]);
    // What is left of it has met the paper order already.
    expect(t.paperOrder("p2", "buy", 99, 10, { timeInForce: "ioc" })).toEqual([
      "p p2 accepted",
      "p p2 closed unfilled",
    ]);
    t.order("s2", "sell", 100, 15, { timeInForce: "ioc" });
    t.order("b4", "buy", 99, 15, { timeInForce: "ioc" });
    expect(t.read()).toEqual([]);
  });

  test("PA-6: a hidden order trades after what is displayed, and before an order of the account at a worse price", () => {
    const t = new PaperTest();
    t.order("h1", "buy", 100, 40, { display: 0 });
    t.paperOrder("p1", "buy", 100, 10);
    t.paperOrder("p2", "buy", 99, 10);
    t.order("s1", "sell", 99, 30, { timeInForce: "ioc" });
    expect(t.read()).toEqual(["p p1 fill 10@100 maker"]);
    t.order("s2", "sell", 99, 15, { timeInForce: "ioc" });
    expect(t.read()).toEqual([]);
  });
});

describe("readings of the release that had no refs of orders", () => {
  function rig(): PaperTest {
    const t = new PaperTest();
    t.withoutRefs = true;
    return t;
  }

  test("PA-7: cancels gain places only when less is displayed than was ahead", () => {
    const t = rig();
    t.order("b1", "buy", 100, 50);
    t.paperOrder("p1", "buy", 100, 30);
    t.order("b2", "buy", 100, 50);
    t.read();
    t.cancel("b1");
    t.read();
    t.order("s1", "sell", 100, 50);
    expect(t.read()).toEqual([]);
    t.order("b3", "buy", 100, 50);
    t.order("s2", "sell", 100, 10);
    expect(t.read()).toEqual(["p p1 fill 10@100 maker"]);
  });

  test("PA-6: a trade through its price fills it, for no more than was traded", () => {
    const t = rig();
    t.order("b1", "buy", 100, 10);
    t.order("b2", "buy", 99, 100);
    t.paperOrder("p1", "buy", 100, 30, { display: 25 });
    t.cancel("b1");
    t.order("s1", "sell", 99, 20);
    expect(t.read()).toEqual(["p p1 fill 10@100 maker"]);
    t.order("s2", "sell", 98, 50);
    expect(t.read()).toEqual(["p p1 fill 15@100 maker", "p p1 fill 5@100 maker"]);
  });

  test("PA-9: after an auction the live orders of a price are ahead", () => {
    const t = rig();
    t.market({ kind: "halt", reason: "manual", until: null });
    t.paperOrder("p2", "buy", 100, 10);
    t.market({ kind: "resume", until: 9_000 });
    t.order("s1", "sell", 100, 35);
    t.order("b1", "buy", 100, 42);
    t.market({ kind: "phase", phase: "continuous", session: "regular", until: null, uncross: "reopening" });
    t.read();
    t.order("s3", "sell", 100, 8);
    expect(t.read()).toEqual(["p p2 fill 1@100 maker"]);
  });

  test("PA-2: orders of that release go on as they began; the next order of an account without any is by ref", () => {
    const t = rig();
    t.order("b1", "buy", 100, 50);
    t.paperOrder("p1", "buy", 100, 30);
    t.order("b2", "buy", 100, 50);
    t.read();
    t.withoutRefs = false;
    t.cancel("b1");
    t.order("s1", "sell", 100, 50);
    expect(t.read()).toEqual([]);
    expect(t.paperCommand({ kind: "cancel", orderId: "p1" })).toEqual(["p p1 closed canceled"]);
    t.order("b3", "buy", 100, 50);
    t.paperOrder("p2", "buy", 100, 30);
    t.order("b4", "buy", 100, 50);
    t.cancel("b3");
    t.order("s2", "sell", 100, 50);
    expect(t.read()).toEqual(["p p2 fill 30@100 maker"]);
    // A live book of that release answers for a while: its readings are left out.
    t.withoutRefs = true;
    t.paperOrder("p3", "buy", 100, 30);
    t.order("s3", "sell", 99, 500);
    expect(t.read()).toEqual([]);
    t.withoutRefs = false;
    expect(t.read()).toEqual(["p p3 fill 30@100 maker"]);
  });
});
