import { isOfDays } from "../../../domain/market/bars/timeframe.ts";
import type { ReadBars } from "./indicatorPage.ts";

/** A day more than the longest month: at most three tapes. */
const RECENT_MS = 32 * 24 * 3_600_000;

/**
 * Reads the newest bars from recent tapes, and older tapes only when these have too few: a read over all months asks
 * several of them ahead. Bars of days are in one object, and bars in order of time begin where they begin.
 */
export function recentFirst(read: ReadBars): ReadBars {
  return async (query) => {
    const since = query.to - RECENT_MS;
    if (!query.descending || isOfDays(query.timeframe) || since <= query.from) return read(query);
    const recent = await read({ ...query, from: since });
    if (recent.length >= query.limit) return recent;
    const older = await read({ ...query, to: since - 1, limit: query.limit - recent.length });
    return [...recent, ...older];
  };
}
