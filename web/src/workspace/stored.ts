/**
 * Layouts as they are stored: flat lists instead of a tree, because bodies of the API are nested sixteen levels at
 * most. What is read may come from another release or another device, so nothing of it is believed.
 */
import { groupsOf, nodesOf, tidy, type Layout, type LayoutNode, type PanelState } from "./layout.ts";
import { LINKS } from "./symbols.ts";

/** A layout with a name: a changed preset (its id is the preset's), or one that the user has saved. */
export interface SavedLayout {
  readonly id: string;
  readonly name: string;
  readonly layout: Layout;
}

/** What a login keeps of its workspace. */
export interface WorkspaceDocument {
  /** The layout that a device without a choice of its own shows. */
  readonly current: string;
  readonly layouts: readonly SavedLayout[];
}

type StoredNode =
  | { readonly id: string; readonly panels: readonly string[]; readonly active: string | null }
  | {
      readonly id: string;
      readonly direction: string;
      readonly children: readonly string[];
      readonly shares: readonly number[];
    };

const SHARE_DIGITS = 1e5;
const LAYOUTS_MAX = 30;
const PANELS_MAX = 60;
const NAME_LENGTH_MAX = 60;

export function documentToStored({ current, layouts }: WorkspaceDocument): Record<string, unknown> {
  return {
    format: 1,
    current,
    layouts: layouts.map(({ id, name, layout }) => ({
      id,
      name,
      root: layout.root.id,
      nodes: nodesOf(layout.root).map(nodeToStored),
      panels: Object.values(layout.panels),
    })),
  };
}

function nodeToStored(node: LayoutNode): StoredNode {
  if (node.kind === "group") return { id: node.id, panels: node.panels, active: node.active };
  return {
    id: node.id,
    direction: node.direction,
    children: node.children.map(({ id }) => id),
    shares: node.shares.map((share) => Math.round(share * SHARE_DIGITS) / SHARE_DIGITS),
  };
}

/** The document of stored JSON; null when there is none in it. Layouts that cannot be read are left out. */
export function documentFromStored(stored: unknown): WorkspaceDocument | null {
  if (!isRecord(stored) || stored["format"] !== 1 || !Array.isArray(stored["layouts"])) return null;
  const layouts = (stored["layouts"] as unknown[]).slice(0, LAYOUTS_MAX).flatMap((one): SavedLayout[] => {
    if (!isRecord(one)) return [];
    const { id, name } = one;
    const layout = layoutFromStored(one);
    if (typeof id !== "string" || typeof name !== "string" || layout === null) return [];
    return [{ id, name: name.slice(0, NAME_LENGTH_MAX), layout }];
  });
  return { current: typeof stored["current"] === "string" ? stored["current"] : "", layouts };
}

/** A layout of stored JSON; null when its tree is broken. Panels that no group has are left out. */
export function layoutFromStored(stored: Readonly<Record<string, unknown>>): Layout | null {
  const known = new Map<string, PanelState>();
  for (const one of listOf(stored["panels"]).slice(0, PANELS_MAX)) {
    const panel = panelFromStored(one);
    if (panel !== null) known.set(panel.id, panel);
  }
  const nodes = new Map<string, Readonly<Record<string, unknown>>>();
  for (const one of listOf(stored["nodes"])) {
    if (isRecord(one) && typeof one["id"] === "string") nodes.set(one["id"], one);
  }
  const placed = new Set<string>();
  const tree = treeFrom(stored["root"], nodes, known, placed);
  const root = tree === null ? null : tidy(tree);
  if (root === null) return null;
  const panels = Object.fromEntries([...known].filter(([id]) => placed.has(id)));
  return groupsOf(root).length === 0 ? null : { root, panels, maximised: null };
}

/** The tree below a stored node. A node is used once, so that no ring of nodes is followed for ever. */
function treeFrom(
  id: unknown,
  nodes: Map<string, Readonly<Record<string, unknown>>>,
  known: ReadonlyMap<string, PanelState>,
  placed: Set<string>,
): LayoutNode | null {
  if (typeof id !== "string") return null;
  const node = nodes.get(id);
  nodes.delete(id);
  if (node === undefined) return null;
  const { direction } = node;
  if (direction === "row" || direction === "column") {
    const shares = listOf(node["shares"]);
    const parts = listOf(node["children"]).flatMap((each, nth) => {
      const child = treeFrom(each, nodes, known, placed);
      const share = shares[nth];
      return child === null ? [] : [{ child, share: typeof share === "number" && share > 0 ? share : 0.1 }];
    });
    const children = parts.map(({ child }) => child);
    return { kind: "split", id, direction, children, shares: parts.map(({ share }) => share) };
  }
  const panels = listOf(node["panels"]).flatMap((each) => {
    if (typeof each !== "string" || !known.has(each) || placed.has(each)) return [];
    placed.add(each);
    return [each];
  });
  const active = panels.find((panel) => panel === node["active"]) ?? panels[0] ?? null;
  return { kind: "group", id, panels, active };
}

function panelFromStored(stored: unknown): PanelState | null {
  if (!isRecord(stored)) return null;
  const { id, kind, link, symbol, settings } = stored;
  if (typeof id !== "string" || typeof kind !== "string") return null;
  return {
    id,
    kind,
    link: LINKS.find((one) => one === link) ?? null,
    symbol: typeof symbol === "string" ? symbol : null,
    settings: isRecord(settings) ? settings : {},
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
