/** What an account had on past days: its record of movements, valued at closes. */
import { tradingDayOf } from "../../../domain/market/session.ts";
import {
  type EquityHistory,
  equityHistory,
  type EquityInput,
  type SymbolPrices,
} from "../../../domain/portfolio/history/equity.ts";
import { type Movement, MovementSum, readMovement } from "../../../domain/portfolio/history/movement.ts";
import { endOfDay } from "../../../domain/portfolio/history/range.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import type { MovementsView, StepsPage } from "../../../protocol/rpc/movements.ts";
import { accountOf } from "../accounts.ts";
import type { AppContext } from "../context.ts";
import { closesOf } from "./prices.ts";

const MINUTES_A_DAY = 1_440;

/** What an account has now, and the movements of days. */
export interface AccountRecord extends Pick<EquityInput, "cash" | "lots" | "movements"> {
  /** The first trading day at whose close the holdings are known; before its opening an account has nothing. */
  readonly knownFrom: number;
  /** The trading day on which the account was opened, if everything since is recorded. */
  readonly openedOn: number | null;
  /** Since when every change is recorded, epoch milliseconds. */
  readonly since: number;
  /** When a paper account began again; 0: never. */
  readonly resetAt: number;
  readonly symbols: readonly string[];
}

/** The record of the caller's account from a day on, with what a paper account had before its reset. */
export async function accountRecord(c: AppContext, fromDay: number, nowMs: number): Promise<AccountRecord> {
  const account = accountOf(c);
  const movements: Movement[] = [];
  for (let from: number | null = fromDay; ;) {
    const page: MovementsView | null = await account.movements(from);
    if (page === null) throw new ApiFault({ reason: "account_not_found" });
    for (const saved of page.movements) movements.push(readMovement(saved));
    from = page.next;
    if (from !== null) continue;
    const { cash, lots, createdAt, resetAt = 0 } = page;
    // An account of an earlier release that has not changed since: what it has now is all that is known.
    const since = page.since === 0 ? nowMs : page.since;
    const recordedOn = tradingDayOf(since);
    const openedOn = since === createdAt ? recordedOn : null;
    const knownFrom = openedOn === null ? recordedOn : openedOn - 1;
    return { cash, lots, movements, knownFrom, openedOn, since, resetAt, symbols: symbolsOf(lots, movements) };
  }
}

/** The same, in which a paper account was opened by its reset: no profit counts over it. */
export async function portfolioRecord(c: AppContext, fromDay: number, nowMs: number): Promise<AccountRecord> {
  const record = await accountRecord(c, fromDay, nowMs);
  const { lots, resetAt } = record;
  if (resetAt === 0) return record;
  const openedOn = tradingDayOf(resetAt);
  const first = fromDay > openedOn ? [] : [await restOfDay(c, resetAt, openedOn)];
  const movements = [...first, ...record.movements.filter(({ at }) => at > openedOn)];
  const begun = { knownFrom: openedOn - 1, openedOn, since: resetAt };
  return { ...record, ...begun, movements, symbols: symbolsOf(lots, movements) };
}

/** What changed on the day of a reset after it. */
async function restOfDay(c: AppContext, resetAt: number, day: number): Promise<Movement> {
  const whole = new MovementSum(day);
  for (const movement of await stepsBetween(c, resetAt, endOfDay(day), MINUTES_A_DAY)) {
    whole.add({ ...movement, at: day });
  }
  return whole.movement();
}

/** The movements of the parts of days from a time to another, in their sequence. */
export async function stepsBetween(c: AppContext, from: number, to: number, stepMinutes: number): Promise<Movement[]> {
  const steps: Movement[] = [];
  for (let place: number | null = null; ;) {
    const page: StepsPage = await accountOf(c).movementSteps(from, to, stepMinutes, place);
    for (const saved of page.movements) steps.push(readMovement(saved));
    place = page.next;
    if (place === null) return steps;
  }
}

function symbolsOf(lots: EquityInput["lots"], movements: readonly Movement[]): string[] {
  const symbols = new Set(lots.map(([symbol]) => symbol));
  for (const { trades, flows } of movements) {
    for (const { symbol } of trades) symbols.add(symbol);
    for (const { symbol } of flows) if (symbol !== null) symbols.add(symbol);
  }
  return [...symbols];
}

/** The account at the closes of days, as far as they are known. */
export interface DailyEquity extends EquityHistory {
  readonly days: readonly number[];
  readonly prices: ReadonlyMap<string, SymbolPrices>;
}

/**
 * The equity at the closes of days (ascending), and now if the last is today. Days before the record and after today are
 * left out; the day before the opening is put first when earlier days were asked for.
 */
export async function dailyEquity(
  c: AppContext,
  record: AccountRecord,
  asked: readonly number[],
  nowMs: number,
): Promise<DailyEquity> {
  const { knownFrom, openedOn } = record;
  const today = tradingDayOf(nowMs);
  const known = asked.filter((day) => day >= knownFrom && day <= today);
  const days =
    openedOn !== null && (asked[0] ?? 0) < knownFrom ? [knownFrom, ...known.filter((day) => day > knownFrom)] : known;
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined)
    return { days, equity: [], flows: [], values: new Map(), prices: new Map() };
  const prices = await closesOf(c.env, record.symbols, first, last, nowMs);
  return { days, ...equityHistory({ ...record, moments: days, prices }), prices };
}
