import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BookReport } from "../../domain/matching/messages.ts";
import { applyEntry } from "../../domain/account/apply.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import { fundedAccount, orderWith, recorder } from "../../domain/account/testing.ts";
import type { LotsPage, RealizedFilter, RealizedLine } from "../../protocol/rpc/lots.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { ActivityLog } from "./activityLog.ts";
import { pageOfLots, pageOfRealized } from "./lotQueries.ts";

const START = Date.UTC(2026, 10, 30, 15);
const SYMBOLS = ["AAPL", "F"];
const EVERY: RealizedFilter = { symbol: null, afterMicros: null, untilMicros: null, limit: 1_000, pageToken: null };

let storage: NodeStorage;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
});
afterEach(() => storage.close());

interface Trade {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly qty: number;
  readonly price: number;
}

const trade: fc.Arbitrary<Trade> = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom("buy", "sell"),
  qty: fc.integer({ min: 1, max: 5 }),
  price: fc.integer({ min: 90, max: 110 }),
});

/** An account after these trades, a second each, and its record, of which `unwritten` activities are in memory. */
function traded(trades: readonly Trade[], unwritten: number) {
  storage.exec("DROP TABLE IF EXISTS activities");
  const log = new ActivityLog(storage);
  const state = fundedAccount("5a8f2d0e-1b2c-4d3e-8f90-0123456789ab", 1e12, {});
  state.activitiesSince = START;
  const all: RealizedLine[] = [];
  for (const [nth, { symbol, side, qty: shares, price: dollars }] of trades.entries()) {
    const at = START + nth * 1_000;
    const out = recorder();
    const owned = state.lots?.get(symbol)?.quantity ?? 0;
    const qty = Math.min(shares * 1_000_000, side === "sell" ? owned : Infinity);
    if (qty === 0) continue;
    const price = dollars * 10_000;
    const order = orderWith(`o${nth}`, { symbol, side, qty, limitPrice: price });
    applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, at, out);
    const fill: BookReport = { kind: "fill", orderId: order.id, tradeId: nth, price, qty, liquidity: "taker", at };
    applyReport(state, fill, at + 1, out);
    for (const activity of out.activities) log.add(activity);
    for (const { action, body } of out.audits) {
      if (action !== "order.filled") continue;
      const rows = (field: string) => (body[field] ?? []) as [number, number, number][];
      for (const [lotId] of rows("lots")) all.push({ kind: "disposal", symbol, lotId, soldAt: at } as RealizedLine);
      for (const [disposalId, lotId, replacedBy] of rows("wash_sales")) {
        all.push({ kind: "wash_sale", symbol, disposalId, lotId, replacedBy, at } as RealizedLine);
      }
    }
    if (nth < trades.length - unwritten) log.write();
  }
  return { state, log, all };
}

/** All lines, in pages of `filter.limit`. */
function everyLine(state: AccountState, log: ActivityLog, filter: RealizedFilter) {
  const lines: RealizedLine[] = [];
  let pages = 0;
  for (let { pageToken } = filter; ; pages++) {
    const page = pageOfRealized(state, log, { ...filter, pageToken });
    if ("unknown" in page) throw new Error(`unknown: ${page.unknown}`);
    expect(page.lines.length).toBeLessThanOrEqual(filter.limit);
    lines.push(...page.lines);
    pageToken = page.next;
    if (pageToken === null) return { lines, pages };
  }
}

describe("PF-14: what was realised", () => {
  test("is each lot and wash sale of the audit records once, in pages of any size, of one symbol and of a time", () => {
    let parts = 0;
    fc.assert(
      fc.property(
        fc.array(trade, { minLength: 20, maxLength: 60 }),
        fc.nat(60),
        fc.integer({ min: 1, max: 5 }),
        fc.option(fc.constantFrom(...SYMBOLS)),
        fc.option(fc.nat(60)),
        fc.option(fc.nat(60)),
        (trades, unwritten, limit, symbol, after, until) => {
          const { state, log, all } = traded(trades, unwritten);
          const micros = (nth: number | null) => (nth === null ? null : (START + nth * 1_000) * 1_000);
          const filter = { symbol, afterMicros: micros(after), untilMicros: micros(until), limit, pageToken: null };
          const wanted = all.filter((line) => {
            const at = (line.kind === "disposal" ? line.soldAt : line.at) * 1_000;
            const { afterMicros, untilMicros } = filter;
            if (symbol !== null && line.symbol !== symbol) return false;
            return (afterMicros === null || at > afterMicros) && (untilMicros === null || at < untilMicros);
          });
          const found = everyLine(state, log, filter).lines;
          expect(found).toMatchObject(wanted);
          expect(found).toHaveLength(wanted.length);
          if (wanted.length > limit) parts++;
        },
      ),
      { numRuns: 150 },
    );
    expect(parts).toBeGreaterThan(10);
  });

  test("has cost and proceeds that add up to those of the sales", () => {
    const buy = (qty: number, price: number): Trade => ({ symbol: "AAPL", side: "buy", qty, price });
    const { state, log } = traded([buy(2, 100), buy(3, 90), { ...buy(4, 95), side: "sell" }, buy(1, 96)], 0);
    const { lines } = everyLine(state, log, EVERY);
    const sale = { kind: "disposal", orderId: "o2", disposalId: 1, soldAt: START + 2_000 };
    expect(lines).toMatchObject([
      { ...sale, lotId: 1, acquiredAt: START, quantity: 2_000_000, cost: 2_000_000, proceeds: 1_900_000 },
      { ...sale, lotId: 2, acquiredAt: START + 1_000, quantity: 2_000_000, cost: 1_800_000, proceeds: 1_900_000 },
      { kind: "wash_sale", disposalId: 1, lotId: 1, replacedBy: 2, quantity: 1_000_000, disallowed: 50_000 },
      { kind: "wash_sale", disposalId: 1, lotId: 1, replacedBy: 3, quantity: 1_000_000, disallowed: 50_000 },
    ]);
  });

  test("is found in a long record a page at a time, also when a page has nothing of the symbol", () => {
    const { state, log } = traded([{ symbol: "F", side: "buy", qty: 5, price: 100 }], 0);
    const order = { orderId: "o", side: "sell", price: 1, qty: 1, cumQty: 1, leavesQty: 0, status: "filled" } as const;
    const lots = [{ lotId: 1, acquiredAt: START, quantity: 1, cost: 1, proceeds: 1 }];
    const fill = {
      cash: 1,
      tradeId: 1,
      liquidity: "taker",
      fees: [],
      lots,
      disposalId: 1,
      washSales: [],
      symbol: "AAPL",
    };
    const sold = { type: "FILL", ...order, ...fill } as const;
    for (let nth = 0; nth < 20_000; nth++) log.add({ ...sold, at: START + nth, tradedAt: START + nth });
    log.add({ ...sold, at: START + 20_000, tradedAt: START + 20_000, symbol: "F" });
    log.write();
    const { lines, pages } = everyLine(state, log, { ...EVERY, symbol: "F" });
    expect(lines).toMatchObject([{ symbol: "F", soldAt: START + 20_000 }]);
    expect(pages).toBeGreaterThan(1);
    expect(everyLine(state, log, EVERY).lines).toHaveLength(20_001);
  });

  test.each(["x", "20261130150000000::00000000-0001-8000-8000-000000000000", ""])(
    "of the token %j is refused",
    (pageToken) => {
      const { state, log } = traded([{ symbol: "F", side: "buy", qty: 5, price: 100 }], 0);
      expect(pageOfRealized(state, log, { ...EVERY, pageToken })).toEqual({ unknown: pageToken });
    },
  );
});

describe("PF-14: the lots of a position", () => {
  test("are each once in pages of any size, with the quantity before each page", () => {
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (trades, limit) => {
        const { state } = traded(trades, 0);
        const lots = state.lots?.get("AAPL")?.lots ?? [];
        const found: LotsPage["lots"][number][] = [];
        for (let pageToken: string | null = null; ;) {
          const page = pageOfLots(state, { symbol: "AAPL", limit, pageToken });
          if ("unknown" in page) throw new Error(`unknown: ${page.unknown}`);
          expect(page.before).toBe(found.reduce((sum, { quantity }) => sum + quantity, 0));
          expect([page.quantity, page.cost]).toEqual([
            state.lots?.get("AAPL")?.quantity ?? 0,
            state.lots?.get("AAPL")?.cost ?? 0,
          ]);
          found.push(...page.lots);
          pageToken = page.next;
          if (pageToken === null) break;
          expect(page.lots).toHaveLength(limit);
        }
        expect(found).toEqual(lots);
      }),
      { numRuns: 100 },
    );
  });

  test("go on after a lot that was sold in between; a token of another form is refused", () => {
    const buy: Trade = { symbol: "F", side: "buy", qty: 1, price: 100 };
    const { state } = traded([buy, buy, buy], 0);
    const first = pageOfLots(state, { symbol: "F", limit: 1, pageToken: null });
    state.lots?.get("F")?.lots.shift();
    const pageToken = "unknown" in first ? "" : first.next;
    expect(pageOfLots(state, { symbol: "F", limit: 9, pageToken })).toMatchObject({
      lots: [{ lotId: 2 }, { lotId: 3 }],
    });
    expect(pageOfLots(state, { symbol: "F", limit: 9, pageToken: "2" })).toEqual({ unknown: "2" });
    expect(pageOfLots(state, { symbol: "MSFT", limit: 9, pageToken: null })).toMatchObject({ quantity: 0, lots: [] });
  });
});
