/**
 * How long the next attempt has to wait. The wait doubles with each failure, which limits programs more than users
 * (OWASP ASVS 5.0, 6.3.1); its maximum is short enough that nobody can lock another user out.
 */

const FIRST_WAIT_MS = 1_000;
const WAIT_MAX_MS = 15 * 60_000;

/** Failures older than this no longer count. A shorter time would allow more guesses than the longest wait does. */
export const FORGET_MS = 24 * 60 * 60_000;

/** The wait after a failure, in milliseconds, when there were `failures` of which the first `free` cost nothing. */
export function waitAfter(failures: number, free: number): number {
  return failures < free ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failures - free), WAIT_MAX_MS);
}
