/** Drawdown of a return index. */

export interface DrawdownPoint {
  readonly at: string;
  /** Index of the return, 1 at the beginning. */
  readonly index: number;
  /** The fall below the highest index so far: 0 or below. */
  readonly drawdown: number;
}

/** Links returns of consecutive periods. A period without a return (nothing was invested) changes nothing. */
export function drawdowns(
  returns: readonly { readonly period: string; readonly value: number | null }[],
): readonly DrawdownPoint[] {
  let [index, high] = [1, 1];
  return returns.map(({ period, value }) => {
    index *= 1 + (value ?? 0);
    high = Math.max(high, index);
    return { at: period, index, drawdown: high === 0 ? 0 : index / high - 1 };
  });
}

/** The deepest point; null when the index was never below an earlier high. */
export function deepest(points: readonly DrawdownPoint[]): DrawdownPoint | null {
  let worst: DrawdownPoint | null = null;
  for (const point of points) if (point.drawdown < (worst?.drawdown ?? 0)) worst = point;
  return worst;
}
