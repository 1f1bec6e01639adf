/**
 * How long the next guess has to wait. Guesses of a user are few; doubling makes a program's few too (OWASP ASVS 5.0,
 * 6.3.1), while the longest wait stays short enough that nobody can lock another out for good.
 */

const FIRST_WAIT_MS = 1_000;
const WAIT_MAX_MS = 15 * 60_000;

/** Failures this old count no more: forgetting them sooner would give a patient guesser more guesses than waiting does. */
export const FORGET_MS = 24 * 60 * 60_000;

/** How long after a failure the next try waits, in milliseconds, when there were `failures` of which `free` cost nothing. */
export function waitAfter(failures: number, free: number): number {
  return failures < free ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failures - free), WAIT_MAX_MS);
}
