/** What holds at the end of a day, of a month and of a tax year. */
import { CASH, checkLedger, owned } from "../../../domain/account/ledger/ledger.ts";
import { costBasisOf } from "../../../domain/account/lots/accountLots.ts";
import type { AccountState } from "../../../domain/account/state/accountState.ts";
import { Gains } from "../../../domain/account/statements/gains.ts";
import { daysOfMonth, statementOf } from "../../../domain/account/statements/month.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../../domain/decimal.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { requireInstrument } from "../../../domain/market/listing.ts";
import { newYorkDay, yearOf } from "../../../domain/market/newYork.ts";
import { tradingDayOf } from "../../../domain/market/session.ts";
import { MovementSum } from "../../../domain/portfolio/history/movement.ts";
import { addActivity } from "../../../durable-objects/account/activityMovements.ts";
import { assertEqual } from "../assert.ts";
import { checkRecomputed } from "../../simulation/activityChecks.ts";
import { checkFeesOf } from "../../simulation/feeChecks.ts";
import type { Kept, YearExchange } from "./exchange.ts";

/** `roundingOf` counts in parts of the smallest amount of cash. */
const PARTS = 10n ** 9n;

/**
 * AC-6: the ledger of each account sums to zero, paper or not. No message is in transit, so what the live accounts have with
 * the venue is what rounding has left there.
 */
export function checkConserved({ accounts, rounding }: YearExchange): void {
  const venue = new Map<string, number>();
  for (const { ledger, type } of accounts.values()) {
    checkLedger(ledger);
    if (type === "paper") continue;
    for (const [asset, balances] of ledger) venue.set(asset, (venue.get(asset) ?? 0) + balances.venue);
  }
  for (const [asset, sum] of venue) {
    assertEqual(BigInt(sum) * PARTS, asset === CASH ? rounding : 0n, `AC-6: ${asset} is conserved over all accounts`);
  }
}

/** AC-87, PF-65: each account is what its activities alone say, and its settled and unsettled cash are its cash. */
export function checkAccounts(exchange: YearExchange): void {
  for (const [id, state, kept] of accountsOf(exchange)) {
    checkRecomputed(id, state, kept.independent.result(), kept.gains);
    const record = state.settlement?.record;
    if (record === undefined) throw new Error(`${id} has no settlement`);
    const unsettled = record.unsettled.reduce((sum, { amount }) => sum + amount, 0);
    assertEqual(record.settled + unsettled, owned(state.ledger, CASH), `PF-65: the cash of ${id} is settled or not`);
  }
}

/** PF-46 to PF-48: each fee follows from the plan of its order, the trading day and the volume of 30 days. */
export function checkAllFees(exchange: YearExchange): void {
  for (const [id, state, kept] of accountsOf(exchange)) checkFeesOf(id, state, kept.records);
}

/** What the accounts had when months ended. */
export class MonthEnds {
  readonly #exchange: YearExchange;
  readonly #symbols: readonly string[];
  readonly #ends: { readonly year: number; readonly month: number; readonly had: ReadonlyMap<string, string> }[] = [];
  readonly #closes = new Map<string, { readonly at: number[]; readonly price: number[] }>();

  constructor(exchange: YearExchange, symbols: readonly string[]) {
    this.#exchange = exchange;
    this.#symbols = symbols;
  }

  /** Notes what every account has at the end of a month, and the closes of its last day. */
  note(year: number, month: number): void {
    const had = [...this.#exchange.accounts].map(([id, state]) => [id, holdingsOf(state)] as const);
    this.#ends.push({ year, month, had: new Map(had) });
    for (const symbol of this.#symbols) {
      const closes = this.#closes.get(symbol) ?? { at: [], price: [] };
      closes.at.push(daysOfMonth(year, month).last);
      closes.price.push(this.#exchange.markets.last(symbol) ?? 0);
      this.#closes.set(symbol, closes);
    }
  }

  /**
   * AC-88: computed from what there is now and what has happened since, each monthly statement opens with what the account
   * had at the end of the month before and closes with what it had at its own; opening cash and the totals are closing
   * cash. Returns the number of statements.
   */
  check(): number {
    const prices = new Map([...this.#closes].map(([symbol, { at, price }]) => [symbol, seriesOf(symbol, at, price)]));
    let statements = 0;
    for (const [id, state, kept] of accountsOf(this.#exchange)) {
      const movements = movementsOf(kept);
      const [cash, positions] = [owned(state.ledger, CASH), positionsOf(state)];
      let before = "0";
      for (const { year, month, had } of this.#ends) {
        const days = daysOfMonth(year, month);
        const since = movements.filter(({ at }) => at > days.before);
        const { opening, closing, totals } = statementOf({ days, cash, positions, movements: since, prices });
        const rule = `AC-88: the statement of ${id} for ${year}-${month}`;
        assertEqual(textOf(opening.cash, opening.positions), before, `${rule} opens with what it had`);
        before = had.get(id) ?? "0";
        assertEqual(textOf(closing.cash, closing.positions), before, `${rule} closes with what it had`);
        const { deposits, withdrawals, journalled, bought, sold, fees } = totals;
        const moved = deposits - withdrawals + journalled - bought + sold - fees;
        assertEqual(opening.cash + moved, closing.cash, `${rule}: opening and movements are closing`);
        const value = closing.positions.reduce((sum, position) => sum + position.value, closing.cash);
        assertEqual(closing.total, value, `${rule} sums to its total`);
        statements++;
      }
    }
    return statements;
  }
}

/**
 * AC-89: the reports of the tax years list the sales that the recomputation finds, with the same proceeds, costs and gains,
 * and sum to the realised gains. Returns the number of lines by term.
 */
export function checkTaxYears(exchange: YearExchange, years: readonly number[]): { short: number; long: number } {
  const lines = { short: 0, long: 0 };
  for (const [id, , kept] of accountsOf(exchange)) {
    let gain = 0;
    for (const year of years) {
      const report = new Gains(year);
      for (const activity of kept.activities) report.add(activity);
      const { short, long, ...listed } = report.report();
      assertEqual(listed.unlisted.length, 0, `AC-89: the report of ${id} lists every sale`);
      const found = kept.independent
        .result()
        .gains.filter(({ soldAt }) => yearOf(newYorkDay(Date.parse(soldAt))) === year);
      const independent = found.map((of) => [of.symbol, of.lot, of.quantity, of.proceeds, of.cost, of.gain].join(" "));
      const own = listed.lines.map((line) => {
        const amounts = [line.proceeds, line.cost, line.gain].map(dollars);
        return [
          line.symbol,
          line.lotId,
          formatDecimal(line.quantity, assetOf(line.symbol).qtyDecimals),
          ...amounts,
        ].join(" ");
      });
      assertEqual(own.join("\n"), independent.join("\n"), `AC-89: the sales of ${id} in ${year}`);
      gain += short.gain + long.gain;
      for (const { term } of listed.lines) lines[term]++;
    }
    assertEqual(gain, kept.gains, `AC-89: the tax years of ${id} sum to its realised gains`);
  }
  return lines;
}

function* accountsOf({ accounts, kept }: YearExchange): Generator<readonly [string, AccountState, Kept]> {
  for (const [id, state] of accounts) {
    const of = kept.get(id);
    if (of !== undefined) yield [id, state, of];
  }
}

/** The movements of an account by trading day. */
function movementsOf({ activities }: Kept) {
  const days = new Map<number, MovementSum>();
  for (const activity of activities) {
    const day = tradingDayOf(activity.at);
    const sum = days.get(day) ?? new MovementSum(day);
    addActivity(sum, activity);
    days.set(day, sum);
  }
  return [...days.values()].map((sum) => sum.movement());
}

function positionsOf(state: Readonly<AccountState>) {
  const symbols = [...state.ledger.keys()].filter((asset) => asset !== CASH && owned(state.ledger, asset) !== 0);
  return symbols
    .sort()
    .map((symbol) => ({ symbol, qty: owned(state.ledger, symbol), costBasis: costBasisOf(state, symbol) }));
}

function holdingsOf(state: Readonly<AccountState>): string {
  const positions = positionsOf(state).map(({ symbol, qty, costBasis: cost }) => ({ symbol, qty, cost }));
  return textOf(owned(state.ledger, CASH), positions);
}

type Held = { readonly symbol: string; readonly qty: number; readonly cost: number };

const textOf = (cash: number, positions: readonly Held[]): string =>
  [cash, ...positions.map(({ symbol, qty, cost }) => `${symbol} ${qty} for ${cost}`)].join(", ");

function seriesOf(symbol: string, at: readonly number[], price: readonly number[]) {
  const series = { at: Float64Array.from(at), price: Float64Array.from(price) };
  return { series, before: requireInstrument(symbol).referencePrice };
}

const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
