/**
 * The layout of a workspace: a tree of splits, whose leaves are groups of panels, one of which is shown. Values are
 * never changed; each operation gives a new layout, in which what it did not touch is the same object.
 */
import type { LinkColour } from "./symbols.ts";

export type Direction = "row" | "column";
export type Edge = "left" | "right" | "top" | "bottom";

export interface Group {
  readonly kind: "group";
  readonly id: string;
  /** Ids of its panels, in the order of their tabs. Empty only when the workspace has no panel at all. */
  readonly panels: readonly string[];
  /** The panel that is shown; null in an empty group. */
  readonly active: string | null;
}

export interface Split {
  readonly kind: "split";
  readonly id: string;
  readonly direction: Direction;
  /** At least two; none of them is a split of the same direction. */
  readonly children: readonly LayoutNode[];
  /** What part of the split each child has; the sum is 1. */
  readonly shares: readonly number[];
}

export type LayoutNode = Group | Split;

export type PanelSettings = Readonly<Record<string, unknown>>;

export interface PanelState {
  readonly id: string;
  readonly kind: string;
  /** Panels of the same link show the same symbol; null: this panel has a symbol of its own. */
  readonly link: LinkColour | null;
  readonly symbol: string | null;
  readonly settings: PanelSettings;
}

/** A panel as it is added: of the first link. */
export function newPanel(id: string, kind: string): PanelState {
  return { id, kind, link: "blue", symbol: null, settings: {} };
}

export interface Layout {
  readonly root: LayoutNode;
  readonly panels: Readonly<Record<string, PanelState>>;
  /** The group that covers the others for now. */
  readonly maximised: string | null;
}

/** Where a panel goes: into a group as a tab, or beside a group; beside everything without a group. */
export type Target =
  | { readonly group: string; readonly edge: "centre"; readonly index?: number | undefined }
  | { readonly group: string | null; readonly edge: Edge };

/** No child of a split gets smaller than this part of it and its neighbour together. */
export const SHARE_MIN = 0.06;

const EMPTY: Group = { kind: "group", id: "g0", panels: [], active: null };
export const EMPTY_LAYOUT: Layout = { root: EMPTY, panels: {}, maximised: null };

/** All groups, in the order of reading. */
export function groupsOf(node: LayoutNode): readonly Group[] {
  return node.kind === "group" ? [node] : node.children.flatMap(groupsOf);
}

/** All nodes, parents first. */
export function nodesOf(node: LayoutNode): readonly LayoutNode[] {
  return node.kind === "group" ? [node] : [node, ...node.children.flatMap(nodesOf)];
}

export function groupOf(layout: Layout, panel: string): Group | null {
  return groupsOf(layout.root).find(({ panels }) => panels.includes(panel)) ?? null;
}

/** Adds a panel; its id must be new. */
export function addPanel(layout: Layout, panel: PanelState, target: Target): Layout {
  const panels = { ...layout.panels, [panel.id]: panel };
  return settled({ root: put(layout.root, panel.id, target), panels, maximised: null });
}

/** Moves a panel to another place; its own group closes when it was the last one there. */
export function movePanel(layout: Layout, panel: string, target: Target): Layout {
  const from = groupOf(layout, panel);
  if (from === null) return layout;
  const isAlone = from.panels.length === 1;
  if (target.group === from.id && isAlone) return layout;
  const root = put(without(layout.root, panel), panel, target);
  return settled({ root, panels: layout.panels, maximised: null });
}

export function closePanel(layout: Layout, panel: string): Layout {
  if (layout.panels[panel] === undefined) return layout;
  const { [panel]: _closed, ...panels } = layout.panels;
  return settled({ root: without(layout.root, panel), panels, maximised: layout.maximised });
}

/** A panel of the same kind and settings beside a panel. */
export function duplicatePanel(layout: Layout, panel: string, id: string): Layout {
  const state = layout.panels[panel];
  const group = groupOf(layout, panel);
  if (state === undefined || group === null) return layout;
  return addPanel(layout, { ...state, id }, { group: group.id, edge: "right" });
}

/** Shows a panel of a group. */
export function activatePanel(layout: Layout, panel: string): Layout {
  const group = groupOf(layout, panel);
  if (group === null || group.active === panel) return layout;
  return { ...layout, root: replaced(layout.root, group.id, { ...group, active: panel }) };
}

/** Changes what is kept of a panel. */
export function changePanel(layout: Layout, panel: string, change: Partial<Omit<PanelState, "id">>): Layout {
  const state = layout.panels[panel];
  if (state === undefined) return layout;
  return { ...layout, panels: { ...layout.panels, [panel]: { ...state, ...change } } };
}

/** Lets a group cover the others, or shows all again. */
export function maximise(layout: Layout, group: string | null): Layout {
  const known = groupsOf(layout.root).some(({ id }) => id === group);
  return { ...layout, maximised: known ? group : null };
}

/** Moves the border after the nth child of a split, so that this child has `share` of the split. */
export function resize(layout: Layout, split: string, nth: number, share: number): Layout {
  const node = nodesOf(layout.root).find(({ id }) => id === split);
  if (node?.kind !== "split") return layout;
  const both = (node.shares[nth] ?? 0) + (node.shares[nth + 1] ?? 0);
  if (nth < 0 || nth + 1 >= node.shares.length || !Number.isFinite(share)) return layout;
  const least = SHARE_MIN * both;
  const first = Math.min(Math.max(share, least), both - least);
  const shares = node.shares.with(nth, first).with(nth + 1, both - first);
  return { ...layout, root: replaced(layout.root, split, { ...node, shares }) };
}

/** An id that no panel has. */
export function newPanelId(layout: Layout): string {
  return freeId("p", new Set(Object.keys(layout.panels)));
}

function freeId(letter: string, taken: ReadonlySet<string>): string {
  let nth = 1;
  while (taken.has(`${letter}${nth}`)) nth++;
  return `${letter}${nth}`;
}

/** The tree with a panel put into it, which is not in it yet. */
function put(root: LayoutNode, panel: string, target: Target): LayoutNode {
  const [first] = groupsOf(root);
  // The only group that may be empty is the whole workspace.
  if (root.kind === "group" && root.panels.length === 0) return { ...root, panels: [panel], active: panel };
  if (target.edge === "centre") {
    const group = groupsOf(root).find(({ id }) => id === target.group) ?? first;
    if (group === undefined) return root;
    const panels = group.panels.toSpliced(target.index ?? group.panels.length, 0, panel);
    return replaced(root, group.id, { ...group, panels, active: panel });
  }
  const ids = new Set(nodesOf(root).map(({ id }) => id));
  const added: Group = { kind: "group", id: freeId("g", ids), panels: [panel], active: panel };
  const beside = nodesOf(root).find(({ id }) => id === target.group) ?? root;
  const isRow = target.edge === "left" || target.edge === "right";
  const isBefore = target.edge === "left" || target.edge === "top";
  const split: Split = {
    kind: "split",
    id: freeId("s", ids),
    direction: isRow ? "row" : "column",
    children: isBefore ? [added, beside] : [beside, added],
    shares: target.group !== null ? [0.5, 0.5] : isBefore ? [0.25, 0.75] : [0.75, 0.25],
  };
  return replaced(root, beside.id, split);
}

/** The tree without a panel; its group may be left empty. */
function without(node: LayoutNode, panel: string): LayoutNode {
  const group = groupsOf(node).find(({ panels }) => panels.includes(panel));
  if (group === undefined) return node;
  const at = group.panels.indexOf(panel);
  const panels = group.panels.toSpliced(at, 1);
  const active = group.active === panel ? (panels[at] ?? panels.at(-1) ?? null) : group.active;
  return replaced(node, group.id, { ...group, panels, active });
}

/** The tree with another node in the place of one; the branches beside it stay the same objects. */
function replaced(node: LayoutNode, id: string, by: LayoutNode): LayoutNode {
  if (node.id === id) return by;
  if (node.kind === "group") return node;
  const children = node.children.map((child) => replaced(child, id, by));
  return children.every((child, nth) => child === node.children[nth]) ? node : { ...node, children };
}

/** The layout with a valid tree: no empty group, no split of one child, none directly in one of its direction. */
function settled(layout: Layout): Layout {
  const root = tidy(layout.root) ?? EMPTY;
  const isThere = groupsOf(root).some(({ id }) => id === layout.maximised);
  return { root, panels: layout.panels, maximised: isThere ? layout.maximised : null };
}

/** Also of trees that were stored: shares that do not add up are scaled. */
export function tidy(node: LayoutNode): LayoutNode | null {
  if (node.kind === "group") return node.panels.length === 0 ? null : node;
  const parts = node.children.flatMap((child, nth) => {
    const kept = tidy(child);
    const share = node.shares[nth] ?? 0;
    if (kept === null) return [];
    if (kept.kind === "group" || kept.direction !== node.direction) return [{ child: kept, share }];
    return kept.children.map((inner, at) => ({ child: inner, share: share * (kept.shares[at] ?? 0) }));
  });
  const [only] = parts;
  if (only === undefined) return null;
  if (parts.length === 1) return only.child;
  const all = parts.reduce((sum, { share }) => sum + share, 0);
  const shares = parts.map(({ share }) => (all > 0 ? share / all : 1 / parts.length));
  const children = parts.map(({ child }) => child);
  const isSame =
    children.every((child, nth) => child === node.children[nth]) &&
    shares.every((share, nth) => Math.abs(share - (node.shares[nth] ?? 0)) < 1e-9) &&
    children.length === node.children.length;
  return isSame ? node : { ...node, children, shares };
}
