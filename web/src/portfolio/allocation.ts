/** How an account is divided, and a treemap of it. */

export interface Part {
  readonly name: string;
  readonly kind: string;
  readonly value: number;
  /** Of all parts together. */
  readonly share: number;
}

/** The parts of an account, largest first. Cash below zero is no part. */
export function allocation(
  positions: readonly { readonly symbol: string; readonly kind: string; readonly value: number }[],
  cash: number,
  cashName: string,
): readonly Part[] {
  const parts = [
    ...positions.map(({ symbol, kind, value }) => ({ name: symbol, kind, value })),
    { name: cashName, kind: "cash", value: cash },
  ].filter(({ value }) => value > 0);
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  return parts.map((part) => ({ ...part, share: part.value / total })).sort((a, b) => b.value - a.value);
}

/** The parts by kind, largest first. */
export function byKind(parts: readonly Part[]): readonly Part[] {
  const kinds = new Map<string, { value: number; share: number }>();
  for (const { kind, value, share } of parts) {
    const sum = kinds.get(kind) ?? { value: 0, share: 0 };
    kinds.set(kind, { value: sum.value + value, share: sum.share + share });
  }
  return [...kinds].map(([kind, sum]) => ({ name: kind, kind, ...sum })).sort((a, b) => b.value - a.value);
}

export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Rectangles whose areas are in proportion to some values, largest first, and as square as can be (the squarified
 * treemap of Bruls, Huizing and van Wijk). They fill the rectangle exactly.
 */
export function treemap(values: readonly number[], width: number, height: number): readonly Tile[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return [];
  const areas = values.map((value) => (value / total) * width * height);
  const tiles: Tile[] = [];
  let left: Tile = { x: 0, y: 0, width, height };
  for (let at = 0; at < areas.length;) {
    const side = Math.min(left.width, left.height);
    let count = 1;
    let sum = areas[at] ?? 0;
    let worst = worstRatio(areas.slice(at, at + 1), sum, side);
    while (at + count < areas.length) {
      const next = areas[at + count] ?? 0;
      const ratio = worstRatio(areas.slice(at, at + count + 1), sum + next, side);
      if (ratio > worst) break;
      worst = ratio;
      sum += next;
      count++;
    }
    const row = areas.slice(at, at + count);
    tiles.push(...rowOf(row, sum, left));
    const depth = side === 0 ? 0 : sum / side;
    left =
      left.width >= left.height
        ? { x: left.x + depth, y: left.y, width: Math.max(0, left.width - depth), height: left.height }
        : { x: left.x, y: left.y + depth, width: left.width, height: Math.max(0, left.height - depth) };
    at += count;
  }
  return tiles;
}

/** The ratio of the sides of the least square rectangle of a row along a side. */
function worstRatio(row: readonly number[], sum: number, side: number): number {
  let worst = 0;
  for (const area of row) {
    const ratio = Math.max((side * side * area) / (sum * sum), (sum * sum) / (side * side * area));
    worst = Math.max(worst, ratio);
  }
  return worst;
}

/** A row of rectangles along the shorter side of what is left. */
function rowOf(row: readonly number[], sum: number, left: Tile): readonly Tile[] {
  const upright = left.width >= left.height;
  const depth = sum / Math.min(left.width, left.height);
  let offset = 0;
  return row.map((area) => {
    const length = area / depth;
    const tile = upright
      ? { x: left.x, y: left.y + offset, width: depth, height: length }
      : { x: left.x + offset, y: left.y, width: length, height: depth };
    offset += length;
    return tile;
  });
}
