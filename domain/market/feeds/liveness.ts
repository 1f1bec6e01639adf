/** When a feed is stale, and how long to wait before an upstream is tried again. Times are in milliseconds. */
import type { FeedState } from "./feed.ts";

/** A connection on which nothing was heard for so long is asked for a sign of life. */
export const PROBE_MS = 5_000;
/** What was heard longer ago is stale. */
export const STALE_MS = 10_000;
/** A connection on which nothing was heard for so long is closed. */
export const SILENT_MS = 30_000;
/** A feed sends each book its state at least this often. */
export const REPORT_MS = 5_000;
/** A book that has not heard of its feed for so long takes the feed for stale. */
export const UNREPORTED_MS = 15_000;

/** An element whose time is further ahead of ours is refused. */
export const AHEAD_MS = 10_000;

/** The first wait before the next try, and the longest one. */
export const RETRY_FIRST_MS = 500;
export const RETRY_LONGEST_MS = 30_000;

/** The state of a feed: `heardAt` is when its open connection last said anything; null without a connection. */
export function feedStateAt(heardAt: number | null, now: number): FeedState {
  if (heardAt === null) return "down";
  return now - heardAt >= STALE_MS ? "stale" : "live";
}

/** What a book shows of a state that it received at `receivedAt`. */
export function knownState(state: FeedState, receivedAt: number, now: number): FeedState {
  return state === "live" && now - receivedAt >= UNREPORTED_MS ? "stale" : state;
}

/**
 * The wait before the next try: doubled with each failure in a row (1 for the first), and spread by half of it each way,
 * so that the exchanges which lost an upstream at once do not come back at once. `random` is from 0 to 1.
 */
export function retryWait(failures: number, random: number): number {
  const wait = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(Math.max(0, failures - 1), 20));
  return Math.round(wait * (0.5 + random));
}
