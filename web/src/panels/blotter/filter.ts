/** What a list of orders, fills or activities is narrowed to. */

export interface Filter {
  /** Words that all must occur in what a row says. */
  readonly text: string;
  /** A symbol; empty: all. */
  readonly symbol: string;
  readonly side: string;
  readonly status: string;
  /** Days of the user's calendar, `2026-11-30`; empty: no bound. The last day is within. */
  readonly from: string;
  readonly to: string;
}

export const NO_FILTER: Filter = { text: "", symbol: "", side: "", status: "", from: "", to: "" };

/** What of a row is filtered by; what it does not have is left out and is not filtered. */
export interface Facts {
  readonly words: string;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
  readonly status?: string | undefined;
  /** Epoch milliseconds. */
  readonly at?: number | undefined;
}

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/** Midnight at which a day of the user's calendar begins; null for an empty or unfinished text. */
export function startOfDay(text: string, daysLater = 0): number | null {
  const [, year, month, day] = DAY.exec(text) ?? [];
  return year === undefined ? null : new Date(Number(year), Number(month) - 1, Number(day) + daysLater).getTime();
}

/** True when nothing is filtered. */
export const isEmpty = (filter: Filter): boolean => Object.values(filter).every((value) => value === "");

/** Those rows that a filter leaves, in their sequence. */
export function filtered<Row>(rows: readonly Row[], filter: Filter, factsOf: (row: Row) => Facts): readonly Row[] {
  if (isEmpty(filter)) return rows;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const [from, to] = [startOfDay(filter.from), startOfDay(filter.to, 1)];
  return rows.filter((row) => {
    const facts = factsOf(row);
    if (filter.symbol !== "" && facts.symbol !== undefined && facts.symbol !== filter.symbol) return false;
    if (filter.side !== "" && facts.side !== undefined && facts.side !== filter.side) return false;
    if (filter.status !== "" && facts.status !== undefined && facts.status !== filter.status) return false;
    if (facts.at !== undefined && ((from !== null && facts.at < from) || (to !== null && facts.at >= to))) return false;
    if (words.length === 0) return true;
    const said = facts.words.toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/** A filter as it was stored; what is not understood is as without one. */
export function readFilter(stored: unknown): Filter {
  const given = (typeof stored === "object" && stored !== null ? stored : {}) as Readonly<Record<string, unknown>>;
  const text = (key: keyof Filter): string => (typeof given[key] === "string" ? given[key] : "");
  return {
    text: text("text"),
    symbol: text("symbol"),
    side: text("side"),
    status: text("status"),
    from: text("from"),
    to: text("to"),
  };
}
