/**
 * Milliseconds before the next try after `failures` ≥ 1 in a row: `first`, doubled with each further failure, `longest` at
 * most, times 0.5 to 1.5. `random` gives 0 to 1.
 */
export function retryWaitMs(failures: number, first: number, longest: number, random: () => number): number {
  return Math.min(longest, first * 2 ** Math.min(failures - 1, 10)) * (0.5 + random());
}
