/**
 * The numbers by which a book publishes the elements of a feed. They are made of the time, so they grow over restarts
 * although nothing stores them, and they are far above the numbers of a book that publishes its own market.
 */
const PER_MS = 1_000;

/** The number after `last` at this time (epoch milliseconds). */
export function nextFeedSequence(last: number, now: number): number {
  return Math.max(last + 1, now * PER_MS);
}

/** The number with which a book continues that has published a feed until this time. */
export function sequenceAfterFeed(last: number, now: number): number {
  return Math.max(last, (now + 1) * PER_MS);
}
