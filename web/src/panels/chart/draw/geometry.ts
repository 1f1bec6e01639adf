/** Where drawings are on the screen, and what of them a pointer is at. Points are pixels from the top left corner. */
import type { DrawingKind } from "./drawings.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The ratios of a Fibonacci retracement. */
const RATIOS = [0, 0.236, 0.382, 0.5, 0.618, 0.786, 1] as const;

/** The prices of a retracement that was drawn from one price to another: ratio 0 is at its end. */
export function retracement(from: number, to: number): readonly (readonly [ratio: number, price: number])[] {
  return RATIOS.map((ratio) => [ratio, to + (from - to) * ratio]);
}

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** How far a point is from the line between two others. */
export function distanceToSegment(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  if (squared === 0) return distance(point, a);
  const along = ((point.x - a.x) * dx + (point.y - a.y) * dy) / squared;
  const part = Math.max(0, Math.min(1, along));
  return distance(point, { x: a.x + part * dx, y: a.y + part * dy });
}

/** Where a ray from one point through another leaves the screen. */
export function rayEnd(from: Point, through: Point, { width, height }: Size): Point {
  const [dx, dy] = [through.x - from.x, through.y - from.y];
  if (dx === 0 && dy === 0) return through;
  const toX = dx === 0 ? Infinity : ((dx > 0 ? width : 0) - from.x) / dx;
  const toY = dy === 0 ? Infinity : ((dy > 0 ? height : 0) - from.y) / dy;
  // A ray that begins outside may never enter; then it ends where it was drawn to.
  const part = Math.max(1, Math.min(toX < 0 ? Infinity : toX, toY < 0 ? Infinity : toY));
  return Number.isFinite(part) ? { x: from.x + part * dx, y: from.y + part * dy } : through;
}

/** The lines of a drawing; of a retracement, those of its levels are given by `levels` (their y). */
export function segmentsOf(
  kind: DrawingKind,
  points: readonly Point[],
  size: Size,
  levels: readonly number[] = [],
): readonly (readonly [Point, Point])[] {
  const [a, b = a] = points;
  if (a === undefined || b === undefined) return [];
  if (kind === "horizontal")
    return [
      [
        { x: 0, y: a.y },
        { x: size.width, y: a.y },
      ],
    ];
  if (kind === "trend") return [[a, b]];
  if (kind === "ray") return [[a, rayEnd(a, b, size)]];
  if (kind === "text") return [];
  if (kind === "fibonacci") {
    return [
      [a, b] as const,
      ...levels.map(
        (y) =>
          [
            { x: Math.min(a.x, b.x), y },
            { x: size.width, y },
          ] as const,
      ),
    ];
  }
  const corners: readonly Point[] = [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
  return corners.map((corner, nth) => [corner, corners[(nth + 1) % corners.length] as Point]);
}

/** What a pointer is at: an anchor, by its place, or the drawing itself. */
export type Part = number | "body";

/** What of a drawing is within reach of a pointer; null when nothing is. Anchors count before lines. */
export function partAt(
  kind: DrawingKind,
  points: readonly Point[],
  size: Size,
  pointer: Point,
  reach: number,
  { levels = [], label }: { readonly levels?: readonly number[]; readonly label?: Size | undefined } = {},
): Part | null {
  const nth = points.findIndex((point) => distance(point, pointer) <= reach + 2);
  const [a] = points;
  if (kind === "text" && a !== undefined && label !== undefined) {
    const isIn =
      pointer.x >= a.x - 2 && pointer.x <= a.x + label.width && Math.abs(pointer.y - a.y) <= label.height / 2;
    return isIn ? "body" : null;
  }
  if (nth >= 0 && kind !== "horizontal") return nth;
  const lines = segmentsOf(kind, points, size, levels);
  return lines.some(([from, to]) => distanceToSegment(pointer, from, to) <= reach) ? "body" : null;
}

/** Points of which one anchor, or all of them, are moved. */
export function movedPoints(points: readonly Point[], part: Part, by: Point): readonly Point[] {
  return points.map(({ x, y }, nth) => (part === "body" || part === nth ? { x: x + by.x, y: y + by.y } : { x, y }));
}
