import { describe, expect, test } from "vitest";
import type { NewOrderCommand } from "./messages.ts";
import type { BookReport } from "./messages.ts";
import { loadBook, saveBook } from "./bookSnapshot.ts";
import { applyCommand, applyEntry, newBook } from "./orderBook.ts";

const SHARE = 1_000_000;
const ALL = 10 ** 12;

/** A market of AAPL and what it reports, as short lines. */
function floor() {
  let market = newBook("AAPL");
  const lines: string[] = [];
  const out = {
    report: (_owner: string, report: BookReport) => {
      const { kind } = report;
      if (kind === "fill") lines.push(`${report.orderId} ${report.qty}@${report.price}`);
      else if (kind === "restated") lines.push(`${report.orderId} for ${report.qty} (${report.reason})`);
      else if (kind === "closed") lines.push(`${report.orderId} ${report.reason ?? report.cause}`);
    },
    trade: () => undefined,
  };
  const enter = (
    orderId: string,
    side: "buy" | "sell",
    price: number,
    qty: number,
    more: Partial<NewOrderCommand> = {},
  ) => {
    lines.length = 0;
    const terms = { timeInForce: "day", market: false, expiresAt: null, ...more } as const;
    applyCommand(market, `of ${orderId}`, { kind: "new", orderId, side, price, qty, ...terms }, 0, out);
    return [...lines];
  };
  const spend = (
    orderId: string,
    side: "buy" | "sell",
    price: number,
    cash: number,
    more: Partial<NewOrderCommand> = {},
  ) => enter(orderId, side, price, ALL, { market: true, cash, ...more });
  const phase = (of: "pre_open" | "continuous", uncross?: "opening") => {
    lines.length = 0;
    const facts = { session: of === "continuous" ? "regular" : "pre", until: null, calendar: "us_equities" } as const;
    applyEntry(market, { kind: "phase", phase: of, ...facts, ...(uncross && { uncross }) }, 0, out);
    return [...lines];
  };
  const reload = () => (market = loadBook(structuredClone(saveBook(market))));
  return { enter, spend, phase, reload };
}

describe("OB-37: a notional order", () => {
  test("spends no more than its cash, at however many prices", () => {
    const { enter, spend } = floor();
    enter("a", "sell", 3_000_000, SHARE / 100);
    enter("b", "sell", 3_100_000, 50 * SHARE);
    // 3.00 for the first; of the 97.00 left, 312,903 lots at 310 cost 96.99993.
    expect(spend("c", "buy", 3_200_000, 1_000_000)).toEqual([
      "a 10000@3000000",
      "c 10000@3000000",
      "c for 322903 (notional)",
      "b 312903@3100000",
      "c 312903@3100000",
    ]);
  });

  test("is filled when its budget buys no lot more, and cancelled when no seller is left", () => {
    const { enter, spend } = floor();
    enter("a", "sell", 3_000_000, SHARE);
    expect(spend("b", "buy", 3_200_000, 1_500_000)).toEqual([
      "b for 500000 (notional)",
      "a 500000@3000000",
      "b 500000@3000000",
    ]);
    expect(spend("c", "buy", 3_200_000, 9_000_000)).toEqual(["a 500000@3000000", "c 500000@3000000", "c unfilled"]);
  });

  test("sells for no more than its cash, and no more than its quantity", () => {
    const { enter, spend } = floor();
    enter("a", "buy", 3_000_000, SHARE);
    enter("b", "buy", 2_900_000, SHARE);
    expect(spend("c", "sell", 2_880_000, 4_450_000)).toEqual([
      "a 1000000@3000000",
      "c 1000000@3000000",
      "c for 1500000 (notional)",
      "b 500000@2900000",
      "c 500000@2900000",
    ]);
    expect(enter("d", "sell", 2_880_000, 300_000, { market: true, cash: 4_450_000 })).toEqual([
      "b 300000@2900000",
      "d 300000@2900000",
    ]);
  });

  test("counts in an auction with the lots that its cash buys at the price, also after a restart", () => {
    const { enter, spend, phase, reload } = floor();
    phase("pre_open");
    enter("a", "sell", 2_500_000, 3 * SHARE);
    spend("b", "buy", 2_787_200, 5_000_000);
    reload();
    expect(phase("continuous", "opening")).toEqual([
      "b for 2000000 (notional)",
      "b 2000000@2500000",
      "a 2000000@2500000",
    ]);
  });

  test("respects its self-trade mode", () => {
    const { enter, spend } = floor();
    enter("a", "sell", 3_000_000, SHARE, { timeInForce: "gtc" });
    expect(spend("a", "buy", 3_200_000, 1_000_000, { selfTrade: "cancel_newest" })).toEqual(["a self_trade"]);
  });
});
