/** Gaps that were noticed in what the streams told, by symbol, until what is missing has been read again. */
export interface Gaps {
  /** Since the page was opened. */
  readonly count: number;
  /** When the last one was noticed, epoch milliseconds. */
  readonly lastAt: number | null;
  /** Symbols whose gap is not healed yet. */
  readonly open: readonly string[];
}

export const NO_GAPS: Gaps = { count: 0, lastAt: null, open: [] };

/** With gaps of these symbols; what is noticed of a gap that is open is the same gap. */
export function noticed(gaps: Gaps, symbols: readonly string[], at: number): Gaps {
  const others = symbols.filter((symbol) => !gaps.open.includes(symbol));
  if (others.length === 0) return gaps;
  return { count: gaps.count + others.length, lastAt: at, open: [...gaps.open, ...others] };
}

/** What these symbols lacked has been read. */
export function healed(gaps: Gaps, symbols: readonly string[]): Gaps {
  const open = gaps.open.filter((symbol) => !symbols.includes(symbol));
  return open.length === gaps.open.length ? gaps : { count: gaps.count, lastAt: gaps.lastAt, open };
}
