import fc from "fast-check";
import { expect, test } from "vitest";
import { divideHalfEven, formatDecimal } from "../../domain/decimal.ts";
import { ticketWith } from "../../domain/account/testing.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { checkAccount, checkQuiescentAccounts, checkNoOverdraft, roundingOf } from "../simulation/accountInvariants.ts";
import { SimpleExchange } from "./simpleExchange.ts";

const ACCOUNTS = 3;
const SYMBOLS = ["AAPL", "F"];
/** Six units of cash and 0.002 shares: many orders exceed them, and nearly every fill is rounded. */
const CASH = 6;
const LOTS = 2_000;

const address = fc.nat(ACCOUNTS - 1).map((number) => `account/${number}`);

// Prices around one dollar, where the tick changes; amounts of a few lots, so that notionals are fractions of a unit.
const ticket = fc
  .record({
    symbol: fc.constantFrom(...SYMBOLS),
    side: fc.constantFrom("buy", "sell"),
    type: fc.constantFrom("limit", "limit", "limit", "market"),
    timeInForce: fc.constantFrom("gtc", "gtc", "day", "ioc"),
    lots: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 300 }) }, fc.integer({ min: 1, max: 3_000 })),
    limitPrice: fc.constantFrom("0.9995", "0.9999", "1"),
    clientOrderId: fc.option(fc.nat(6).map((number) => `c${number}`)),
  })
  .map(({ lots, type, limitPrice, ...rest }) =>
    ticketWith({ ...rest, type, qty: formatDecimal(lots, 6), limitPrice: type === "limit" ? limitPrice : null }),
  );

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("submit" as const), address, ticket }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), address, back: fc.nat(8) }) },
  { weight: 14, arbitrary: fc.record({ kind: fc.constant("deliver" as const), choice: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const day = fc.array(step, { minLength: 1, maxLength: 120, size: "max" });

function take(exchange: SimpleExchange, each: Step): void {
  if (each.kind === "deliver") exchange.deliver(each.choice);
  else if (each.kind === "wait") exchange.wait(each.ms);
  else if (each.kind === "reload") exchange.reload();
  else if (each.kind === "submit") exchange.submit(each.address, each.ticket);
  else {
    const open = [...(exchange.accounts.get(each.address)?.open.keys() ?? [])];
    exchange.cancel(each.address, open[open.length - 1 - each.back] ?? "o0");
  }
}

function settle(exchange: SimpleExchange): void {
  while (exchange.deliver(0));
}

test("AC-4 to AC-8: after any requests holds equal open orders, and with no message in transit cash and shares are conserved exactly", () => {
  let fills = 0;
  fc.assert(
    fc.property(day, (steps) => {
      const exchange = new SimpleExchange(ACCOUNTS, SYMBOLS, CASH, LOTS);
      for (const each of steps) {
        take(exchange, each);
        for (const state of exchange.accounts.values()) {
          checkAccount(state);
          checkNoOverdraft(state);
        }
      }
      settle(exchange);
      const records = [...exchange.outputs.values()].flatMap(({ audits }) => audits);
      checkQuiescentAccounts(exchange.accounts, exchange.books, roundingOf(records));
      for (const name of exchange.accounts.keys()) fills += exchange.boughtFills(name);
    }),
    { numRuns: 400 },
  );
  expect(fills).toBeGreaterThan(500);
});

test("AC-3: a client order id names one order for ever, whatever happens in between", () => {
  let reused = 0;
  fc.assert(
    fc.property(day, (steps) => {
      const exchange = new SimpleExchange(ACCOUNTS, SYMBOLS, CASH, LOTS);
      const named = new Map<string, string>();
      for (const each of steps) {
        if (each.kind !== "submit" || each.ticket.clientOrderId === null) {
          take(exchange, each);
          continue;
        }
        const key = `${each.address} ${each.ticket.clientOrderId}`;
        const { outcome, entries } = exchange.submit(each.address, each.ticket);
        const first = named.get(key);
        if (first !== undefined) reused++;
        if (first !== undefined && outcome.ok) expect([outcome.value, entries.length]).toEqual([first, 0]);
        if (first !== undefined && !outcome.ok) expect(outcome.refusal.reason).toBe("client_order_id_taken");
        if (outcome.ok) named.set(key, outcome.value);
        // A repeat of the same request returns the same order.
        if (outcome.ok) expect(exchange.submit(each.address, each.ticket).outcome).toEqual(outcome);
      }
    }),
    { numRuns: 400 },
  );
  expect(reused).toBeGreaterThan(500);
});

test("AC-11: the cost basis of every account without lots equals that of an exact average-cost reference", () => {
  fc.assert(
    fc.property(day, (steps) => {
      const exchange = new SimpleExchange(ACCOUNTS, SYMBOLS, CASH, LOTS, true);
      for (const each of steps) take(exchange, each);
      settle(exchange);
      for (const [name, state] of exchange.accounts) {
        const lots = new Map(SYMBOLS.map((symbol) => [symbol, BigInt(LOTS)]));
        const basis = new Map(SYMBOLS.map((symbol) => [symbol, 0n]));
        const values = new Map<string, bigint>();
        for (const { order, price, qty } of exchange.outputs.get(name)?.updates ?? []) {
          if (price === null || qty === null) continue;
          const { id, symbol, side } = order;
          const owned = lots.get(symbol) ?? 0n;
          const cost = basis.get(symbol) ?? 0n;
          const shares = BigInt(lotsPerShare(requireInstrument(symbol)));
          const before = values.get(id) ?? 0n;
          const after = before + BigInt(price) * BigInt(qty);
          values.set(id, after);
          const bought = (after + shares - 1n) / shares - (before + shares - 1n) / shares;
          lots.set(symbol, side === "buy" ? owned + BigInt(qty) : owned - BigInt(qty));
          basis.set(symbol, side === "buy" ? cost + bought : cost - divideHalfEven(cost * BigInt(qty), owned));
        }
        for (const symbol of SYMBOLS) expect(BigInt(state.costBasis.get(symbol) ?? 0)).toBe(basis.get(symbol));
      }
    }),
    { numRuns: 400 },
  );
});

test("PF-1, PF-2, PF-3: the lots of every account are those of a first-in-first-out reference", () => {
  let parts = 0;
  fc.assert(
    fc.property(day, (steps) => {
      const exchange = new SimpleExchange(ACCOUNTS, SYMBOLS, CASH, LOTS);
      for (const each of steps) take(exchange, each);
      settle(exchange);
      for (const [name, state] of exchange.accounts) {
        const lots = new Map(SYMBOLS.map((symbol) => [symbol, [{ left: BigInt(LOTS), cost: 0n }]]));
        const values = new Map<string, bigint>();
        for (const { order, price, qty } of exchange.outputs.get(name)?.updates ?? []) {
          if (price === null || qty === null) continue;
          const { id, symbol, side } = order;
          const shares = BigInt(lotsPerShare(requireInstrument(symbol)));
          const before = values.get(id) ?? 0n;
          const after = before + BigInt(price) * BigInt(qty);
          values.set(id, after);
          const paid = (after + shares - 1n) / shares - (before + shares - 1n) / shares;
          const queue = lots.get(symbol) ?? [];
          if (side === "buy") queue.push({ left: BigInt(qty), cost: paid });
          let sold = side === "buy" ? 0n : BigInt(qty);
          for (let lot = queue[0]; lot !== undefined && sold > 0n; lot = queue[0]) {
            const part = lot.left < sold ? lot.left : sold;
            if (part < lot.left) parts++;
            lot.cost -= part === lot.left ? lot.cost : divideHalfEven(lot.cost * part, lot.left);
            lot.left -= part;
            sold -= part;
            if (lot.left === 0n) queue.shift();
          }
        }
        for (const [symbol, queue] of lots) {
          const there = state.lots?.get(symbol)?.lots ?? [];
          const pairs = there.map(({ quantity, cost }) => [BigInt(quantity), BigInt(cost)]);
          expect(pairs).toEqual(queue.map(({ left, cost }) => [left, cost]));
        }
      }
    }),
    { numRuns: 400 },
  );
  expect(parts).toBeGreaterThan(100);
});
