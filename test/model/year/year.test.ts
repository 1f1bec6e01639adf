/** A trading year of 200 accounts, recomputed from the exports of their activities alone. */
import { expect, test } from "vitest";
import { ACTIVITY_TYPES } from "../../../domain/account/activities/activity.ts";
import { currentPlan } from "../../../domain/account/fees/accountFees.ts";
import { tierOf } from "../../../domain/fees/schedule.ts";
import { tierVolumeOn } from "../../../domain/fees/tierVolume.ts";
import { isHalfDay, isTradingDay } from "../../../domain/market/calendar.ts";
import { dayOf, HOUR, isoDate, MINUTE, newYorkInstant } from "../../../domain/market/newYork.ts";
import { hoursOf } from "../../../domain/market/schedule.ts";
import { tradingDayOf } from "../../../domain/market/session.ts";
import { checkAccounts, checkAllFees, checkConserved, checkTaxYears, MonthEnds } from "./checks.ts";
import { YearExchange } from "./exchange.ts";
import { Traders } from "./traders.ts";

const SYMBOLS = ["AAPL", "F", "MSFT", "BTC/USD"];
const ACCOUNTS = 200;
/** The last accounts trade with paper money. */
const PAPER_FROM = 170;
/** From mid-December to the end of 2024: with the end of a tax year, 29 February and a new rate of the SEC on 22 May. */
const [FIRST, LAST] = [dayOf(2023, 12, 14), dayOf(2024, 12, 31)];
const ACTIONS = { opening: 6, regular: 50, post: 4, closed: 3 };
/** From this day on some accounts are closed, and others opened in their place. */
const CHANGES_FROM = dayOf(2024, 5, 1);
const RETIRING = Array.from({ length: 12 }, (_, nth) => `account-${nth * 11}`);

/** Times of a day at which accounts act. */
function timesOf(day: number): number[] {
  const at = (from: number, count: number, step: number) =>
    Array.from({ length: count }, (_, nth) => newYorkInstant(day, from) + nth * step);
  if (!isTradingDay(day)) return at(12 * HOUR, ACTIONS.closed, 60_000);
  const close = (hoursOf("us_equities", day)?.close ?? 0) * MINUTE;
  const step = Math.floor((close - 9 * HOUR - 45 * MINUTE) / ACTIONS.regular);
  return [
    ...at(9 * HOUR + 25 * MINUTE, ACTIONS.opening, 20_000),
    ...at(9 * HOUR + 31 * MINUTE, ACTIONS.regular, step),
    ...at(close + 10 * MINUTE, ACTIONS.post, 60_000),
  ];
}

test("AC-87, AC-88, AC-89: after each day of a year the ledgers sum to zero; every balance, lot, gain and fee follows from the exports alone, statements and tax years close", () => {
  const exchange = new YearExchange(SYMBOLS, newYorkInstant(FIRST, 9 * HOUR));
  const traders = new Traders(exchange, SYMBOLS, 14);
  const ids = Array.from({ length: ACCOUNTS }, (_, nth) => `account-${nth}`);
  const months = new MonthEnds(exchange, SYMBOLS);
  const tiers = new Map<string, number>();
  const days = { trading: 0, half: 0, closed: 0 };
  for (const [nth, id] of ids.entries()) {
    traders.open(id, nth >= PAPER_FROM ? "paper" : nth % 2 === 0 ? "cash" : "margin");
  }
  let next = 7;
  for (let day = FIRST; day <= LAST; day++) {
    days[isHalfDay(day) ? "half" : isTradingDay(day) ? "trading" : "closed"]++;
    traders.tickets.nextDay();
    for (const [nth, at] of timesOf(day).entries()) {
      exchange.goTo(at);
      next = (next * 31 + 17 + nth) % ids.length;
      traders.act(ids[next] ?? "");
    }
    if (day >= CHANGES_FROM) retire(exchange, traders, ids);
    exchange.goTo(newYorkInstant(day, 20 * HOUR) - 1);
    checkConserved(exchange);
    const [year = 0, month = 0] = isoDate(day).split("-").map(Number);
    if (isoDate(day + 1).endsWith("-01") === false) continue;
    months.note(year, month);
    noteTiers(exchange, tiers);
    checkAccounts(exchange);
  }
  checkAllFees(exchange);
  expect(days).toEqual({ trading: 260, half: 3, closed: 121 });
  expect(months.check()).toBeGreaterThan(ACCOUNTS * 13);
  const lines = checkTaxYears(exchange, [2023, 2024]);
  expect(lines.short).toBeGreaterThan(3_000);
  expect(lines.long).toBeGreaterThan(10);
  expectEverything(exchange);
}, 180_000);

/** Accounts that end do a step; the successor of one that has ended trades in its place. */
function retire(exchange: YearExchange, traders: Traders, ids: string[]): void {
  for (const id of RETIRING) {
    const nth = ids.indexOf(id);
    if (nth === -1) continue;
    traders.retire(id);
    if (exchange.accounts.get(id)?.closedAt === null) continue;
    ids[nth] = `${id}-successor`;
    traders.open(ids[nth], nth % 4 === 0 ? "cash" : "margin");
  }
}

/** Counts the accounts whose tier of the coming month is another one than that of the month before. */
function noteTiers({ accounts, now, counts }: YearExchange, tiers: Map<string, number>): void {
  for (const [id, { fees }] of accounts) {
    const plan = currentPlan(fees);
    if (plan === null || plan.schedules.crypto.tiers.length < 2) continue;
    const { from } = tierOf(plan.schedules.crypto, tierVolumeOn(fees.volume, tradingDayOf(now) + 1));
    if ((tiers.get(id) ?? from) !== from) counts.set("tier changed", (counts.get("tier changed") ?? 0) + 1);
    tiers.set(id, from);
  }
}

/** Everything that a year is to have in it has occurred, often. */
function expectEverything({ counts, markets }: YearExchange): void {
  const often = (least: number, ...kinds: readonly string[]) => {
    for (const kind of kinds) expect(counts.get(kind) ?? 0, kind).toBeGreaterThan(least);
  };
  often(50, ...ACTIVITY_TYPES.filter((type) => type !== "MISC"));
  often(5_000, "FILL");
  often(500, "lots named");
  often(500, "fill of cash", "fill of margin", "fill of paper", "fill in an auction", "closing");
  const simple = ["market", "limit", "stop", "stop_limit", "trailing_stop", "market_if_touched"];
  often(50, ...simple.map((type) => `${type} `), "limit bracket", "limit oco", "limit oto", "replaced");
  often(50, "limit  opg", "market  opg", "limit  cls", "market  cls", "extended hours", "transfer of cash");
  often(20, "lot method changed", "settings changed", "paper reset", "refused insufficient_settled_cash");
  often(5, "violation good_faith", "tier changed", "transfer of shares", "transfer of shares returned");
  often(5, "closed account");
  // Opening and closing of three books of shares.
  expect(markets.uncrosses).toBe(263 * 2 * 3);
}
