/**
 * Sums of the form `sum of a_i x e^(-x t_i)`: the present value of flows at the continuous rate x = ln(1 + r). The
 * times ascend. Everything here looks at signs and ratios alone, so a value is scaled by its largest term and never
 * overflows.
 */
export interface Term {
  readonly amount: number;
  readonly time: number;
}

/** Values below this part of the sum of the terms' sizes are rounding. */
const NOISE = 1e-12;

/** How small an interval of x is small enough. */
const PRECISION = 1e-15;

const MOST_STEPS = 200;

/** Value and derivative by x, in units of the largest term, and the sum of the sizes of the terms in these units. */
export function scaledValue(terms: readonly Term[], x: number): { value: number; slope: number; size: number } {
  let largest = Number.NEGATIVE_INFINITY;
  for (const { amount, time } of terms) largest = Math.max(largest, Math.log(Math.abs(amount)) - x * time);
  let value = 0;
  let slope = 0;
  let size = 0;
  for (const { amount, time } of terms) {
    const term = Math.sign(amount) * Math.exp(Math.log(Math.abs(amount)) - x * time - largest);
    value += term;
    slope -= time * term;
    size += Math.abs(term);
  }
  return { value, slope, size };
}

/** How often the sign changes from one term to the next. There are at most so many roots (Laguerre). */
export function signChanges(terms: readonly Term[]): number {
  let changes = 0;
  for (let i = 1; i < terms.length; i++) if (changesBefore(terms, i)) changes++;
  return changes;
}

function changesBefore(terms: readonly Term[], i: number): boolean {
  return Math.sign(terms[i]?.amount ?? 0) !== Math.sign(terms[i - 1]?.amount ?? 0);
}

/**
 * The root between two ends where the value has different signs: Newton's method, and bisection whenever its step
 * leaves the bracket or does not halve it.
 */
export function rootBetween(terms: readonly Term[], low: number, high: number): number {
  const signAtLow = Math.sign(scaledValue(terms, low).value);
  let x = (low + high) / 2;
  let step = high - low;
  for (let i = 0; i < MOST_STEPS && high - low > PRECISION * Math.max(1, Math.abs(x)); i++) {
    const { value, slope } = scaledValue(terms, x);
    if (value === 0) return x;
    if (Math.sign(value) === signAtLow) low = x;
    else high = x;
    const newton = x - value / slope;
    const isUseful = newton > low && newton < high && Math.abs(newton - x) < step / 2;
    const nextX = isUseful ? newton : (low + high) / 2;
    step = Math.abs(nextX - x);
    if (nextX === x || step < (PRECISION * Math.max(1, Math.abs(x))) / 4) return nextX;
    x = nextX;
  }
  return x;
}

/**
 * All roots between two ends, ascending. A sum with v sign changes has its roots between those of the derivative of
 * `e^(cx) x sum`, where c is a time within one of the changes: that derivative has one change less.
 */
export function rootsBetween(terms: readonly Term[], low: number, high: number): readonly number[] {
  const changes = signChanges(terms);
  if (changes === 0) return [];
  const borders = changes === 1 ? [] : rootsBetween(withoutOneChange(terms), low, high);
  const roots: number[] = [];
  let from = low;
  for (const to of [...borders, high]) {
    const left = signOf(terms, from);
    const right = signOf(terms, to);
    // A border on the axis is a root that touches it.
    if (right === 0 && to !== high) roots.push(to);
    else if (left * right < 0) roots.push(rootBetween(terms, from, to));
    from = to;
  }
  return roots;
}

function signOf(terms: readonly Term[], x: number): number {
  const { value, size } = scaledValue(terms, x);
  return Math.abs(value) <= NOISE * size ? 0 : Math.sign(value);
}

function withoutOneChange(terms: readonly Term[]): readonly Term[] {
  const at = terms.findIndex((_, i) => i > 0 && changesBefore(terms, i));
  const centre = ((terms[at - 1]?.time ?? 0) + (terms[at]?.time ?? 0)) / 2;
  return terms.map(({ amount, time }) => ({ amount: amount * (centre - time), time }));
}
