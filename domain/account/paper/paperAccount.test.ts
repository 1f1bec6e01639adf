import { expect, test } from "vitest";
import fc from "fast-check";
import type { BookReport } from "../../matching/messages.ts";
import { applyPaperCommand, applyPaperEntry, newerMarket, newPaperBook } from "../../paper/paperBook.ts";
import { readLiveMarket } from "../../paper/liveMarket.ts";
import { applyCommand, newBook } from "../../matching/orderBook.ts";
import { applyEntry } from "../apply.ts";
import { balances, CASH, checkLedger, owned } from "../ledger/ledger.ts";
import { holdMismatches } from "../ledger/holds.ts";
import { costBasisOf } from "../lots/accountLots.ts";
import { applyReport } from "../orders/reports.ts";
import { newAccount } from "../state/accountState.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { orderWith, type Recorder, recorder } from "../testing.ts";
import { holdingsAtClose, rollTradingDay } from "../ledger/previousClose.ts";
import { isBeforeReset } from "./reset.ts";
import { openingDeposit, PAPER_CASH, PAPER_CASH_MAX, resetEntries } from "./paperMoney.ts";

const ID = "5a8f2d0e-1b2c-8a0a-8f90-0123456789ab";
const SHARE = 1_000_000;

function paperAccount(): { state: AccountState; out: Recorder } {
  const [state, out] = [newAccount(), recorder()];
  const ids = { accountId: ID, userId: "user", auditAddress: "" } as const;
  const begins = { activities: true, lots: true, settlement: true, type: "paper" } as const;
  applyEntry(state, { kind: "opened", ...ids, ...begins, origin: NO_ORIGIN }, 1_000, out);
  applyEntry(state, openingDeposit("user", NO_ORIGIN), 1_000, out);
  return { state, out };
}

/** Buys or sells at once. */
function fill(state: AccountState, out: Recorder, id: string, side: "buy" | "sell", shares: number, price: number) {
  const order = orderWith(id, { side, qty: shares * SHARE, limitPrice: price });
  applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, 2_000, out);
  const facts = { orderId: id, tradeId: 1, price, qty: shares * SHARE, liquidity: "taker", at: 2_000 } as const;
  applyReport(state, { kind: "fill", ...facts }, 2_000, out);
}

/** What the activities add up to. */
function recorded({ activities }: Recorder): { cash: number; lots: Record<string, number> } {
  let cash = 0;
  const lots: Record<string, number> = {};
  for (const each of activities) {
    if (each.type === "FILL") {
      const sign = each.side === "buy" ? 1 : -1;
      cash -= sign * each.cash;
      lots[each.symbol] = (lots[each.symbol] ?? 0) + sign * each.qty;
    } else {
      cash += each.cash;
      if (each.symbol !== null) lots[each.symbol] = (lots[each.symbol] ?? 0) + each.qty;
    }
  }
  return { cash, lots };
}

test("PA-13: a paper account begins with 100,000 dollars", () => {
  const { state, out } = paperAccount();
  expect([owned(state.ledger, CASH), PAPER_CASH / 10_000]).toEqual([PAPER_CASH, 100_000]);
  expect(out.activities).toMatchObject([{ type: "CSD", cash: PAPER_CASH }]);
});

test("PA-15: a reset removes cash, positions and lots, and begins with the amount that was asked for", () => {
  const { state, out } = paperAccount();
  fill(state, out, "o1", "buy", 3, 1_000_000);
  fill(state, out, "o2", "buy", 2, 1_100_000);
  fill(state, out, "o3", "sell", 1, 1_200_000);
  for (const cash of [50_000, PAPER_CASH_MAX, 1]) {
    for (const entry of resetEntries(state, cash, NO_ORIGIN)) applyEntry(state, entry, 3_000, out);
    expect([owned(state.ledger, CASH), owned(state.ledger, "AAPL"), costBasisOf(state, "AAPL")]).toEqual([cash, 0, 0]);
    expect(state.lots?.get("AAPL")?.lots).toEqual([]);
    checkLedger(state.ledger);
    expect(recorded(out)).toEqual({ cash, lots: { AAPL: 0 } });
    expect(state.settlement?.record).toMatchObject({ settled: cash, unsettled: [], violations: { newest: [] } });
  }
  expect(new Set(out.deposits).size, "each deposit has a reference of its own").toBe(4);
  expect(out.activities.find(({ type }) => type === "JNLS")).toMatchObject({
    symbol: "AAPL",
    qty: -4 * SHARE,
    cost: -4_200_000,
    lots: [
      { lotId: 1, quantity: 2 * SHARE, cost: 2_000_000, proceeds: null },
      { lotId: 2, quantity: 2 * SHARE, cost: 2_200_000 },
    ],
  });
  fill(state, out, "o4", "buy", 1, 1);
  expect(state.lots?.get("AAPL")?.lots, "numbers of lots go on").toMatchObject([{ lotId: 3 }]);
  expect(loadAccount(saveAccount(state)).lots).toEqual(state.lots);
});

test("PA-15: the day's profit counts from the reset, on the opening day and on another; a reset of an earlier release is none", () => {
  const DAYS = [2_000, 5 * 86_400_000];
  for (const at of DAYS) {
    const { state, out } = paperAccount();
    fill(state, out, "o1", "buy", 3, 1_000_000);
    rollTradingDay(state, at);
    for (const entry of resetEntries(state, 50_000, NO_ORIGIN)) applyEntry(state, entry, at, out);
    expect(holdingsAtClose(state, at)).toEqual({ cash: 50_000, lots: [] });
    expect(loadAccount(saveAccount(state))).toMatchObject({ resetAt: at, atClose: { cash: 50_000, lots: [] } });
    const [before, left, begun] = [out.activities.at(1), out.activities.at(-2), out.activities.at(-1)];
    if (before === undefined || left === undefined || begun === undefined) throw new Error("no activities");
    expect([before, left, begun].map((each) => isBeforeReset(state, each))).toEqual([true, true, false]);
  }
  const { state, out } = paperAccount();
  fill(state, out, "o1", "buy", 3, 1_000_000);
  const [reset, deposit] = resetEntries(state, 50_000, NO_ORIGIN);
  if (reset?.kind !== "paper_reset" || deposit === undefined) throw new Error("no reset");
  const { begins: _, ...earlier } = reset;
  for (const entry of [earlier, deposit]) applyEntry(state, entry, 2_500, out);
  expect(state.resetAt).toBe(0);
  expect(holdingsAtClose(state, 2_500).lots).toEqual([["AAPL", -3 * SHARE]]);
});

test("PA-15: an amount that is none is refused", () => {
  const { state } = paperAccount();
  for (const cash of [0, -1, 0.5, PAPER_CASH_MAX + 1, Number.NaN]) {
    expect(() => resetEntries(state, cash, NO_ORIGIN)).toThrow(RangeError);
  }
});

/** A random day: others trade in the live book, the account on paper. */
function plays(choices: readonly { kind: number; side: "buy" | "sell"; ticks: number; shares: number }[]): void {
  const { state, out } = paperAccount();
  const live = newBook("AAPL");
  const paper = newPaperBook("AAPL");
  const reports: BookReport[] = [];
  const send = (_: string, report: BookReport) => void reports.push(report);
  const flush = () => {
    for (const report of reports.splice(0)) applyReport(state, report, 2_000, out);
  };
  const read = () => {
    const market = newerMarket(paper, readLiveMarket(live, paper.market?.sequence ?? 0));
    if (market !== null) applyPaperEntry(paper, { kind: "market", market }, 2_000, send);
    flush();
  };
  for (const [nth, { kind, side, ticks, shares }] of choices.entries()) {
    const [price, qty, orderId] = [1_000_000 + 100 * ticks, shares * SHARE, `o${nth}`];
    const terms = { kind: "new", orderId, side, price, qty, timeInForce: "gtc", market: false } as const;
    if (kind < 6) {
      applyCommand(live, "account/other", { ...terms, expiresAt: null }, nth, { report: () => {}, trade: () => {} });
    } else {
      read();
      if (side === "sell" && balances(state.ledger, "AAPL").available < qty) continue;
      const order = orderWith(orderId, { side, qty, limitPrice: price });
      applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, 2_000, out);
      for (const { command } of out.commands.splice(0))
        applyPaperCommand(paper, "paper-account/a", command, 2_000, send);
    }
    flush();
    if (nth % 3 === 0) read();
    checkLedger(state.ledger);
    expect(holdMismatches(state)).toEqual([]);
    expect(recorded(out)).toEqual({
      cash: owned(state.ledger, CASH),
      lots:
        owned(state.ledger, "AAPL") === 0 && !("AAPL" in recorded(out).lots)
          ? {}
          : { AAPL: owned(state.ledger, "AAPL") },
    });
    const lots = state.lots?.get("AAPL")?.lots ?? [];
    expect(lots.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(owned(state.ledger, "AAPL"));
    expect(lots.reduce((sum, { cost }) => sum + cost, 0)).toBe(costBasisOf(state, "AAPL"));
  }
}

test("PA-13: cash, holds and lots of a paper account are exact at every step of random days", () => {
  const choice = fc.record({
    kind: fc.nat(9),
    side: fc.constantFrom("buy" as const, "sell" as const),
    ticks: fc.integer({ min: -4, max: 4 }),
    shares: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(fc.property(fc.array(choice, { minLength: 20, maxLength: 80 }), plays), { numRuns: 60 });
});
