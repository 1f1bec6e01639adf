/** Tests whether two samples come from the same distribution (Mann and Whitney, 1947). */

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

/**
 * Two-sided p-value of the rank sum by its normal approximation with ties, which is close for twenty values and more:
 * how often chance alone makes two samples of one distribution differ as much.
 */
export function rankTest(one: readonly number[], other: readonly number[]): number {
  const all = [...one.map((value) => ({ value, first: true })), ...other.map((value) => ({ value, first: false }))];
  all.sort((a, b) => a.value - b.value);
  let ranks = 0;
  let ties = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    // Equal values share the mean of their ranks.
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) ranks += all[i]?.first === true ? rank : 0;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const [m, n, total] = [one.length, other.length, all.length];
  const u = ranks - (m * (m + 1)) / 2;
  const deviation = Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))));
  return deviation === 0 ? 1 : 2 * tail(Math.abs(u - (m * n) / 2) / deviation);
}

/** Upper tail of the normal distribution (Abramowitz and Stegun, 26.2.17: off by less than 1e-7). */
function tail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const coefficients = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = coefficients.reduceRight((rest, coefficient) => t * (coefficient + rest), 0);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
