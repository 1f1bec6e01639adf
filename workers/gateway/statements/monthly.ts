/** Monthly statements: made when they are asked for, from the record of the account and the closes of its symbols. */
import {
  daysOfMonth,
  type MonthDays,
  type MonthStatement,
  statementOf,
} from "../../../domain/account/statements/month.ts";
import { isoDate, newYorkInstant } from "../../../domain/market/newYork.ts";
import { TRADING_DAY_END, tradingDayOf } from "../../../domain/market/session.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { ACTIVITIES_PAGE_MAX, type StoredActivity } from "../../../protocol/rpc/activities.ts";
import type { AccountView } from "../../../protocol/rpc/account.ts";
import { openAccountOf } from "../accounts.ts";
import type { AppContext } from "../context.ts";
import { csvHeader, csvRow } from "../export/csv.ts";
import { closesOf } from "../portfolio/prices.ts";
import { type AccountRecord, accountRecord } from "../portfolio/record.ts";
import { pagesOfActivities } from "./activityPages.ts";
import {
  balanceRows,
  MONTH_COLUMNS,
  monthActivityRow,
  monthReport,
  type StatementFacts,
  totalRows,
} from "./monthReport.ts";
import { pdfOf } from "./pdf.ts";
import { takePaper } from "./takePaper.ts";

/** Activities on paper: some fifty pages. */
export const PAPER_ROWS_MAX = 2_000;

/** A fill is executed before it is recorded: by seconds, or by hours after a failure; and clocks differ. */
const RECORDED_LATE_MS = 24 * 3_600_000;
const CLOCKS_DIFFER_MS = 60_000;

export interface Month {
  readonly year: number;
  readonly month: number;
}

/** A statement, and what it is about. */
export interface Statement {
  readonly facts: StatementFacts;
  readonly days: MonthDays;
  readonly statement: MonthStatement;
}

export const nameOf = ({ year, month }: Month): string => `${year}-${String(month).padStart(2, "0")}`;

/** The months of which there are statements: from the one in which the record begins to the present one, newest first. */
export async function statementMonths(c: AppContext, nowMs: number): Promise<Month[]> {
  const today = tradingDayOf(nowMs);
  const { since } = await accountRecord(c, today, nowMs);
  const [first, months] = [monthOf(tradingDayOf(since)), [] as Month[]];
  for (let { year, month } = monthOf(today); nameOf({ year, month }) >= nameOf(first);) {
    months.push({ year, month });
    [year, month] = month === 1 ? [year - 1, 12] : [year, month - 1];
  }
  return months;
}

function monthOf(day: number): Month {
  const [year = 0, month = 0] = isoDate(day).split("-").map(Number);
  return { year, month };
}

/** The statement of a month. The request ends with 404 when it is later than now, or earlier than the record. */
export async function loadStatement(c: AppContext, month: Month, nowMs: number): Promise<Statement> {
  const days = daysOfMonth(month.year, month.month);
  const today = tradingDayOf(nowMs);
  if (days.before >= today) throw new ApiFault({ reason: "statement_not_found" });
  const { record, view } = await consistent(c, days.before + 1, nowMs);
  const recordDay = tradingDayOf(record.since);
  if (days.last < recordDay) throw new ApiFault({ reason: "statement_not_found" });
  const prices = await closesOf(c.env, record.symbols, days.before, Math.min(days.last, today), nowMs);
  const { cash, movements } = record;
  const statement = statementOf({ days, cash, positions: view.positions, movements, prices });
  const facts = {
    month: nameOf(month),
    accountNumber: view.accountNumber,
    recordFrom: recordDay > days.before && record.since !== view.createdAt ? record.since : null,
    isOver: days.last < today,
    generatedAt: nowMs,
  };
  return { facts, days, statement };
}

const ATTEMPTS = 3;

/** Movements, and positions with their cost, of one moment: read again when the account has traded in between. */
async function consistent(
  c: AppContext,
  fromDay: number,
  nowMs: number,
): Promise<{ readonly record: AccountRecord; readonly view: AccountView }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const record = await accountRecord(c, fromDay, nowMs);
    const view = await openAccountOf(c);
    const now = new Map(view.positions.map(({ symbol, qty }) => [symbol, qty]));
    const same = record.lots.length === now.size && record.lots.every(([symbol, qty]) => now.get(symbol) === qty);
    if (same) return { record, view };
  }
  throw new ApiFault({ reason: "unavailable" });
}

/** The activities that were recorded on the trading days of the month. */
async function* activitiesOf(c: AppContext, { before, last }: MonthDays): AsyncGenerator<readonly StoredActivity[]> {
  const [from, to] = [newYorkInstant(before, TRADING_DAY_END), newYorkInstant(last, TRADING_DAY_END)];
  const bounds = { afterMicros: (from - RECORDED_LATE_MS) * 1_000, untilMicros: (to + CLOCKS_DIFFER_MS) * 1_000 };
  for await (const page of pagesOfActivities(c, { types: null, ...bounds, limit: ACTIVITIES_PAGE_MAX })) {
    yield page.filter(({ at }) => at >= from && at < to);
  }
}

/** The lines of the statement as CSV. */
export async function* statementCsv(c: AppContext, { statement, days }: Statement): AsyncGenerator<Uint8Array> {
  const { opening, closing, totals } = statement;
  const encoder = new TextEncoder();
  const lines = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    encoder.encode(rows.map((row) => csvRow(row, MONTH_COLUMNS)).join(""));
  yield encoder.encode(csvHeader(MONTH_COLUMNS));
  yield lines(balanceRows("opening", opening));
  for await (const page of activitiesOf(c, days)) if (page.length > 0) yield lines(page.map(monthActivityRow));
  yield lines([...balanceRows("closing", closing), ...totalRows(closing.day, totals)]);
}

/** The statement on paper. */
export async function statementPdf(c: AppContext, { statement, days, facts }: Statement): Promise<Uint8Array> {
  const activities: StoredActivity[] = [];
  let left = false;
  for await (const page of activitiesOf(c, days)) {
    const room = PAPER_ROWS_MAX - activities.length;
    activities.push(...page.slice(0, room));
    left = page.length > room;
    if (left) break;
  }
  const report = monthReport(statement, activities, left, facts);
  await takePaper(c, report);
  return pdfOf(report);
}
