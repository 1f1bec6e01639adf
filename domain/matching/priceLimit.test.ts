import { describe, expect, test } from "vitest";
import { requireInstrument } from "../market/listing.ts";
import type { BookCommand, BookReport, NewOrderCommand } from "./messages.ts";
import { loadBook, saveBook } from "./bookSnapshot.ts";
import { applyCommand, applyEntry, newBook } from "./orderBook.ts";

const SHARE = 1_000_000;
const REFERENCE = requireInstrument("AAPL").referencePrice;
const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 20, 15);

/** A market of AAPL and what it reports, as short lines; prices in percent of the reference price. */
function floor() {
  let market = newBook("AAPL");
  let now = START;
  let lines: string[] = [];
  const percent = (price: number) => price / (REFERENCE / 100);
  const out = {
    report: (_owner: string, report: BookReport) => {
      const { kind, orderId } = report;
      if (kind === "fill") lines.push(`${orderId} at ${percent(report.price)}`);
      else if (kind === "closed" || kind === "replace_rejected") {
        const reference = report.reference === undefined ? "" : ` of ${percent(report.reference)}`;
        lines.push(`${orderId} ${report.reason ?? kind}${reference}`);
      }
    },
    trade: () => undefined,
  };
  const apply = (command: BookCommand) => {
    lines = [];
    applyCommand(market, "an owner", command, now, out);
    return lines;
  };
  const enter = (orderId: string, side: "buy" | "sell", price: number, more: Partial<NewOrderCommand> = {}) => {
    const terms = { timeInForce: "gtc", market: false, expiresAt: null, within: 5_000, qty: SHARE, ...more } as const;
    return apply({ kind: "new", orderId, side, price: (price * REFERENCE) / 100, ...terms });
  };
  const replace = (orderId: string, price: number) =>
    apply({ kind: "replace", orderId, newOrderId: `${orderId}2`, price: (price * REFERENCE) / 100, within: 5_000 });
  const trade = (price: number, id: string) => [enter(`${id}s`, "sell", price), enter(`${id}b`, "buy", price)].at(-1);
  const phase = (of: "pre_open" | "continuous", uncross?: "opening") => {
    lines = [];
    const facts = { session: of === "continuous" ? "regular" : "pre", until: null, calendar: "us_equities" } as const;
    applyEntry(market, { kind: "phase", phase: of, ...facts, ...(uncross && { uncross }) }, now, out);
    return lines;
  };
  const refer = (price: number) =>
    applyEntry(market, { kind: "reference", price: (price * REFERENCE) / 100 }, now, out);
  const sleep = (ms: number) => void (now += ms);
  const reload = () => void (market = loadBook(structuredClone(saveBook(market))));
  return { enter, refer, replace, trade, phase, sleep, reload, saved: () => saveBook(market) };
}

describe("OB-38: a limit too far from the market on its aggressive side is refused by the book", () => {
  test.each<["buy" | "sell", number, string[]]>([
    ["buy", 150, []],
    ["buy", 151, ["o price_limit of 100"]],
    ["buy", 1, []],
    ["sell", 50, []],
    ["sell", 49, ["o price_limit of 100"]],
    ["sell", 1_000, []],
  ])("a %s at %s percent of the reference", (side, price, reports) => {
    expect(floor().enter("o", side, price)).toEqual(reports);
  });

  test("also when orders rest there: nothing trades", () => {
    const { enter } = floor();
    enter("a", "sell", 400);
    expect(enter("b", "buy", 400)).toEqual(["b price_limit of 100"]);
    expect(enter("c", "buy", 416, { market: true, timeInForce: "day" })).toEqual(["c unfilled"]);
    expect(enter("d", "buy", 400, { timeInForce: "cls" })).toEqual(["d price_limit of 100"]);
    expect(enter("e", "buy", 400, { display: 0 })).toEqual(["e price_limit of 100"]);
  });

  test("together with its legs", () => {
    const legs = [{ role: "take_profit", orderId: "t", price: 4 * REFERENCE } as const];
    expect(floor().enter("o", "buy", 200, { orderClass: "oto", legs })).toEqual(["o price_limit of 100", "t parent"]);
  });

  test("also in a replace, which leaves the order unchanged", () => {
    const { enter, replace } = floor();
    enter("a", "buy", 90);
    expect(replace("a", 151)).toEqual(["a price_limit of 100"]);
    expect(replace("a", 95)).toEqual([]);
    expect(enter("b", "sell", 95)).toEqual(["a2 at 95", "b at 95"]);
  });

  test("an elected stop trades and rests no further than the bound", () => {
    const { enter, trade } = floor();
    enter("stop", "buy", 400, { market: true, trigger: { kind: "stop", price: (140 * REFERENCE) / 100 } });
    enter("far", "sell", 300);
    trade(140, "x");
    expect(enter("s", "sell", 149)).toEqual(["stop at 150", "s at 150"]);
  });

  test("an order of an earlier release has no such limit", () => {
    const { enter } = floor();
    enter("a", "sell", 400);
    expect(enter("b", "buy", 400, { within: undefined as never })).toEqual(["a at 400", "b at 400"]);
  });
});

describe("OB-38: the reference", () => {
  test("is not changed by trades of the day, so that no account can move it step by step", () => {
    const { enter, trade } = floor();
    trade(140, "a");
    trade(149, "b");
    expect(enter("c", "buy", 151)).toEqual(["c price_limit of 100"]);
  });

  test("is the last trade from the next trading day on, also after a restart", () => {
    const { enter, trade, sleep, reload } = floor();
    trade(140, "a");
    reload();
    expect(enter("b", "buy", 151)).toEqual(["b price_limit of 100"]);
    sleep(DAY);
    expect(enter("c", "buy", 211)).toEqual(["c price_limit of 140"]);
    expect(enter("d", "buy", 210)).toEqual([]);
  });

  test("is the price of an auction from then on", () => {
    const { enter, phase } = floor();
    phase("pre_open");
    enter("a", "sell", 120);
    enter("b", "buy", 120);
    expect(phase("continuous", "opening")).toEqual(["b at 120", "a at 120"]);
    expect(enter("c", "buy", 181)).toEqual(["c price_limit of 120"]);
    expect(enter("d", "buy", 180)).toEqual([]);
  });

  test("is in a snapshot only after an order with a price limit", () => {
    const { enter, saved } = floor();
    enter("a", "buy", 90, { within: undefined as never });
    expect(saved()).not.toHaveProperty("limitAnchor");
    enter("b", "buy", 90);
    expect(saved().limitAnchor?.price).toBe(REFERENCE);
  });
});

test("MD-117: the price of a feed is the reference until the trading day ends, also after a snapshot", () => {
  const { enter, refer, reload, sleep } = floor();
  expect(enter("a", "buy", 160)).toEqual(["a price_limit of 100"]);
  refer(200);
  expect([enter("b", "buy", 160), enter("c", "buy", 301)]).toEqual([[], ["c price_limit of 200"]]);
  reload();
  expect(enter("d", "buy", 301)).toEqual(["d price_limit of 200"]);
  sleep(DAY);
  expect(enter("e", "buy", 160)).toEqual(["e price_limit of 100"]);
});
