/** Limits of order entry, with units and reasons. */

/** Connections of one object: a full window holds some 2 MB of orders, and an isolate has 128 MB for all of them. */
export const CONNECTIONS_MAX = 1_000;
/**
 * Refused frames before the client confirms an answer: refusals are not in the window, and a client that reads nothing
 * could have fifty of them between any two frames of its window.
 */
export const UNCONFIRMED_REFUSALS_MAX = 1_000;
/**
 * How long frames are refused here after the account had no tokens for one, in milliseconds: so a client that continues
 * causes ten calls a second. A smaller frame may have tokens before the refused one.
 */
export const BLOCKED_MS_MAX = 100;
