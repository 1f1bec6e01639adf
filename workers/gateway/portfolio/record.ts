/** What an account had on past days: its record of movements, valued at closes. */
import { tradingDayOf } from "../../../domain/market/session.ts";
import {
  type EquityHistory,
  equityHistory,
  type EquityInput,
  type SymbolPrices,
} from "../../../domain/portfolio/history/equity.ts";
import { type Movement, readMovement } from "../../../domain/portfolio/history/movement.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import type { MovementsView } from "../../../protocol/rpc/movements.ts";
import { accountOf } from "../accounts.ts";
import type { AppContext } from "../context.ts";
import { closesOf } from "./prices.ts";

/** What an account has now, and the movements of days. */
export interface AccountRecord extends Pick<EquityInput, "cash" | "lots" | "movements"> {
  /** The first trading day at whose close the holdings are known; before its opening an account has nothing. */
  readonly knownFrom: number;
  /** The trading day on which the account was opened, if everything since is recorded. */
  readonly openedOn: number | null;
  /** Since when every change is recorded, epoch milliseconds. */
  readonly since: number;
  readonly symbols: readonly string[];
}

/** The record of the caller's account from a day on. */
export async function accountRecord(c: AppContext, fromDay: number, nowMs: number): Promise<AccountRecord> {
  const account = accountOf(c);
  const movements: Movement[] = [];
  for (let from: number | null = fromDay; ;) {
    const page: MovementsView | null = await account.movements(from);
    if (page === null) throw new ApiFault({ reason: "account_not_found" });
    for (const saved of page.movements) movements.push(readMovement(saved));
    from = page.next;
    if (from !== null) continue;
    const { cash, lots, createdAt } = page;
    // An account of an earlier release that has not changed since: what it has now is all that is known.
    const since = page.since === 0 ? nowMs : page.since;
    const recordedOn = tradingDayOf(since);
    const openedOn = since === createdAt ? recordedOn : null;
    const knownFrom = openedOn === null ? recordedOn : openedOn - 1;
    return { cash, lots, movements, knownFrom, openedOn, since, symbols: symbolsOf(lots, movements) };
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
 * The equity at the closes of days (ascending), and now if the last is today. Days before the record are left out; the
 * day before the opening is put first when earlier days were asked for.
 */
export async function dailyEquity(
  c: AppContext,
  record: AccountRecord,
  asked: readonly number[],
  nowMs: number,
): Promise<DailyEquity> {
  const { knownFrom, openedOn } = record;
  const known = asked.filter((day) => day >= knownFrom);
  const days =
    openedOn !== null && (asked[0] ?? 0) < knownFrom ? [knownFrom, ...known.filter((day) => day > knownFrom)] : known;
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined)
    return { days, equity: [], flows: [], values: new Map(), prices: new Map() };
  const prices = await closesOf(c.env, record.symbols, first, last, nowMs);
  return { days, ...equityHistory({ ...record, moments: days, prices }), prices };
}
