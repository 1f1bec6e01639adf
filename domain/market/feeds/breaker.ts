/**
 * The circuit breaker of an upstream feed, as transitions without a clock. Five failures in a row open it. After a
 * minute it is half-open: one failure opens it again, two successes in a row close it. Times are epoch milliseconds.
 */

/** Failures in a row that open the breaker. */
export const FAILURES_TO_OPEN = 5;
/** Successes in a row that close a half-open breaker. */
export const SUCCESSES_TO_CLOSE = 2;
/** A try without a result after this time has failed. */
export const TRY_MS = 30_000;
/** How long the breaker stays open. */
export const RESET_MS = 60_000;

export type FeedBreaker =
  | { readonly phase: "closed"; readonly failures: number }
  | { readonly phase: "open"; readonly until: number }
  | { readonly phase: "half_open"; readonly successes: number };

export const CLOSED: FeedBreaker = { phase: "closed", failures: 0 };

/** The breaker at a time: an open one becomes half-open when its minute is over. */
export function breakerAt(breaker: FeedBreaker, now: number): FeedBreaker {
  return breaker.phase === "open" && now >= breaker.until ? { phase: "half_open", successes: 0 } : breaker;
}

/** How long until the upstream may be tried, in milliseconds; 0: now. */
export function breakerWait(breaker: FeedBreaker, now: number): number {
  return breaker.phase === "open" ? Math.max(0, breaker.until - now) : 0;
}

/** The breaker after a success. What succeeds while it is open was begun before, and changes nothing. */
export function afterSuccess(breaker: FeedBreaker, now: number): FeedBreaker {
  const current = breakerAt(breaker, now);
  if (current.phase === "open") return current;
  if (current.phase === "closed") return CLOSED;
  const successes = current.successes + 1;
  return successes >= SUCCESSES_TO_CLOSE ? CLOSED : { phase: "half_open", successes };
}

/** The breaker after a failure. What fails while it is open was begun before, and does not prolong it. */
export function afterFailure(breaker: FeedBreaker, now: number): FeedBreaker {
  const current = breakerAt(breaker, now);
  if (current.phase === "open") return current;
  const failures = current.phase === "closed" ? current.failures + 1 : FAILURES_TO_OPEN;
  return failures >= FAILURES_TO_OPEN ? { phase: "open", until: now + RESET_MS } : { phase: "closed", failures };
}
