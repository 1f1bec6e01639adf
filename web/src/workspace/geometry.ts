/** Where the groups and borders of a layout are, in parts of the workspace, and where a dragged panel would go. */
import { groupsOf, movePanel, type Direction, type Edge, type Layout, type LayoutNode, type Target } from "./layout.ts";

/** In parts of the workspace's width and height. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The border between two children of a split. */
export interface Border {
  readonly split: string;
  readonly nth: number;
  readonly direction: Direction;
  /** The place of the split, to turn pixels into shares. */
  readonly of: Rect;
  readonly at: Rect;
  /** The share of the child before it, and the two children together. */
  readonly share: number;
  readonly both: number;
  /** The groups on both sides, for its name. */
  readonly before: string;
  readonly after: string;
}

export interface Geometry {
  readonly groups: ReadonlyMap<string, Rect>;
  readonly borders: ReadonlyMap<string, Border>;
  /** Keys of groups and borders in the order of reading: a border follows what is before it. */
  readonly order: readonly string[];
}

export const borderKey = (split: string, nth: number): string => `${split}:${nth}`;

const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };

export function geometryOf(root: LayoutNode): Geometry {
  const groups = new Map<string, Rect>();
  const borders = new Map<string, Border>();
  const order: string[] = [];
  const lay = (node: LayoutNode, of: Rect): void => {
    if (node.kind === "group") {
      groups.set(node.id, of);
      order.push(node.id);
      return;
    }
    let from = 0;
    node.children.forEach((child, nth) => {
      const share = node.shares[nth] ?? 0;
      const at = part(of, node.direction, from, share);
      lay(child, at);
      from += share;
      const next = node.children[nth + 1];
      if (next === undefined) return;
      const key = borderKey(node.id, nth);
      borders.set(key, {
        split: node.id,
        nth,
        direction: node.direction,
        of,
        at: part(of, node.direction, from, 0),
        share,
        both: share + (node.shares[nth + 1] ?? 0),
        before: groupsOf(child).at(-1)?.id ?? "",
        after: groupsOf(next)[0]?.id ?? "",
      });
      order.push(key);
    });
  };
  lay(root, WHOLE);
  return { groups, borders, order };
}

function part(of: Rect, direction: Direction, from: number, share: number): Rect {
  return direction === "row"
    ? { x: of.x + from * of.width, y: of.y, width: share * of.width, height: of.height }
    : { x: of.x, y: of.y + from * of.height, width: of.width, height: share * of.height };
}

/** What part of the way from an edge to the middle still means that edge. */
const EDGE_PART = 0.28;
/** So near to the edge of the workspace, a panel goes beside everything. */
const OUTER_PIXELS = 14;

/** Where a panel that is dropped at a point of the workspace (in pixels) goes; null outside. */
export function targetAt(
  root: LayoutNode,
  point: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
  head: number,
): Target | null {
  if (point.x < 0 || point.y < 0 || point.x > size.width || point.y > size.height) return null;
  if (root.kind === "split") {
    const outer = nearest(point.x, point.y, size.width, size.height);
    if (outer.distance < OUTER_PIXELS) return { group: null, edge: outer.edge };
  }
  for (const [group, rect] of geometryOf(root).groups) {
    const x = point.x - rect.x * size.width;
    const y = point.y - rect.y * size.height;
    const [width, height] = [rect.width * size.width, rect.height * size.height];
    if (x < 0 || y < 0 || x > width || y > height) continue;
    if (y < head) return { group, edge: "centre" };
    const inner = nearest(x / width, y / height, 1, 1);
    return inner.distance < EDGE_PART ? { group, edge: inner.edge } : { group, edge: "centre" };
  }
  return null;
}

function nearest(x: number, y: number, width: number, height: number): { edge: Edge; distance: number } {
  const all: readonly { edge: Edge; distance: number }[] = [
    { edge: "left", distance: x },
    { edge: "right", distance: width - x },
    { edge: "top", distance: y },
    { edge: "bottom", distance: height - y },
  ];
  return all.reduce((best, one) => (one.distance < best.distance ? one : best));
}

/** The place that a panel would have after it is moved. */
export function placeAfter(layout: Layout, panel: string, target: Target): Rect | null {
  const { root } = movePanel(layout, panel, target);
  const group = groupsOf(root).find(({ panels }) => panels.includes(panel));
  return group === undefined ? null : (geometryOf(root).groups.get(group.id) ?? null);
}
