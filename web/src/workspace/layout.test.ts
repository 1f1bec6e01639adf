import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { borderKey, geometryOf, targetAt } from "./geometry.ts";
import {
  activatePanel,
  addPanel,
  changePanel,
  closePanel,
  duplicatePanel,
  EMPTY_LAYOUT,
  groupsOf,
  maximise,
  movePanel,
  newPanelId,
  nodesOf,
  resize,
  type Layout,
  type Target,
} from "./layout.ts";
import { merged, nextStep } from "./merge.ts";
import { PRESETS } from "./presets.ts";
import { documentFromStored, documentToStored, layoutFromStored } from "./stored.ts";

const panel = (id: string) => ({ id, kind: "chart", link: null, symbol: null, settings: {} });

/** Fails when the tree is not as it must be. */
function expectValid(layout: Layout): void {
  const nodes = nodesOf(layout.root);
  expect(new Set(nodes.map(({ id }) => id)).size, "ids of nodes").toBe(nodes.length);
  const placed = groupsOf(layout.root).flatMap(({ panels }) => panels);
  expect(placed.toSorted(), "every panel is in one group").toEqual(Object.keys(layout.panels).toSorted());
  for (const node of nodes) {
    if (node.kind === "group") {
      const isWhole = node === layout.root && node.panels.length === 0;
      expect(isWhole || node.panels.includes(node.active ?? ""), "the shown panel is in its group").toBe(true);
      continue;
    }
    expect(node.children.length).toBeGreaterThan(1);
    expect(node.shares).toHaveLength(node.children.length);
    expect(node.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    for (const share of node.shares) expect(share).toBeGreaterThan(0);
    for (const child of node.children) {
      expect(child.kind === "split" && child.direction === node.direction, "no split in one of its direction").toBe(
        false,
      );
    }
  }
  if (layout.maximised !== null) expect(nodes.some(({ id }) => id === layout.maximised)).toBe(true);
}

type Step = readonly [kind: number, first: number, second: number, edge: number];

const EDGES = ["centre", "left", "right", "top", "bottom"] as const;

function stepped(layout: Layout, [kind, first, second, edge]: Step): Layout {
  const panels = Object.keys(layout.panels);
  const groups = groupsOf(layout.root);
  const some = panels[first % Math.max(1, panels.length)] ?? "";
  const group = groups[second % groups.length]?.id ?? "";
  const side = EDGES[edge % EDGES.length] ?? "left";
  const target: Target =
    side === "centre" ? { group, edge: side, index: first % 3 } : { group: first % 5 === 0 ? null : group, edge: side };
  const splits = nodesOf(layout.root).flatMap((node) => (node.kind === "split" ? [node.id] : []));
  const acts: readonly (() => Layout)[] = [
    () => addPanel(layout, panel(newPanelId(layout)), target),
    () => movePanel(layout, some, target),
    () => closePanel(layout, some),
    () => duplicatePanel(layout, some, newPanelId(layout)),
    () => activatePanel(layout, some),
    () => maximise(layout, group),
    () => resize(layout, splits[second % Math.max(1, splits.length)] ?? "", first % 3, (edge - 3) / 5),
    () => changePanel(layout, some, { symbol: "MSFT" }),
  ];
  return acts[kind % acts.length]?.() ?? layout;
}

const steps = fc.array(fc.tuple(fc.nat(7), fc.nat(20), fc.nat(20), fc.nat(9)), { maxLength: 60 });

describe("layouts", () => {
  it("UI-110: any sequence of operations keeps a valid tree, and only closing loses a panel", () => {
    fc.assert(
      fc.property(steps, (all) => {
        let layout = EMPTY_LAYOUT;
        for (const step of all) {
          const before = Object.keys(layout.panels);
          layout = stepped(layout, step);
          expectValid(layout);
          const lost = before.filter((id) => layout.panels[id] === undefined);
          expect(lost.length).toBeLessThanOrEqual(step[0] === 2 ? 1 : 0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("UI-111: a layout is the same after it was stored and read", () => {
    fc.assert(
      fc.property(steps, (all) => {
        let layout = PRESETS[0]?.layout ?? EMPTY_LAYOUT;
        for (const step of all) layout = stepped(layout, step);
        if (Object.keys(layout.panels).length === 0) return;
        const stored: unknown = JSON.parse(
          JSON.stringify(documentToStored({ current: "a", layouts: [{ id: "a", name: "A", layout }] })),
        );
        const read = documentFromStored(stored)?.layouts[0]?.layout;
        expect(read).toBeDefined();
        expectValid(read as Layout);
        expect(read?.panels).toEqual(layout.panels);
        expect(groupsOf(read?.root ?? EMPTY_LAYOUT.root)).toEqual(groupsOf(layout.root));
      }),
      { numRuns: 100 },
    );
  });

  it("UI-111: whatever is stored, what is read is valid or nothing", () => {
    const anything = fc.anything({ maxDepth: 4 });
    const node = fc.record({
      id: fc.constantFrom("a", "b", "c"),
      direction: fc.constantFrom("row", "column", "x"),
      children: fc.array(fc.constantFrom("a", "b", "c", 7)),
      shares: fc.array(fc.double()),
      panels: fc.array(fc.constantFrom("p", "q", "r")),
      active: fc.constantFrom("p", "z"),
    });
    const panels = fc.array(fc.constantFrom(panel("p"), panel("q"), { id: 3 }, null));
    fc.assert(
      fc.property(fc.record({ root: fc.constantFrom("a", "b", 1), nodes: fc.array(node), panels }), (stored) => {
        const read = layoutFromStored(stored);
        if (read !== null) expectValid(read);
      }),
    );
    fc.assert(
      fc.property(anything, (stored) => {
        expect(() => documentFromStored(stored)).not.toThrow();
      }),
    );
  });

  it("UI-110: presets are valid and fill the workspace", () => {
    for (const { layout } of PRESETS) {
      expectValid(layout);
      const { groups } = geometryOf(layout.root);
      expect([...groups.values()].reduce((sum, { width, height }) => sum + width * height, 0)).toBeCloseTo(1, 6);
    }
  });

  it("UI-112: a panel that is dropped near an edge goes beside the group, in its middle into it", () => {
    const size = { width: 1000, height: 600 };
    const layout = [panel("p1"), panel("p2")].reduce(
      (now, one) => addPanel(now, one, { group: null, edge: "right" }),
      EMPTY_LAYOUT,
    );
    const [left] = groupsOf(layout.root);
    const at = (x: number, y: number): Target | null => targetAt(layout.root, { x, y }, size, 30);
    expect(at(375, 300)).toEqual({ group: left?.id, edge: "centre" });
    expect(at(100, 300)).toEqual({ group: left?.id, edge: "left" });
    expect(at(375, 500)).toEqual({ group: left?.id, edge: "bottom" });
    expect(at(375, 20)).toEqual({ group: left?.id, edge: "centre" });
    expect(at(500, 598)).toEqual({ group: null, edge: "bottom" });
    expect(at(1200, 300)).toBeNull();
  });

  it("UI-112: a border moves between its two neighbours and leaves each a part", () => {
    const layout = PRESETS[0]?.layout ?? EMPTY_LAYOUT;
    const share = (now: Layout) => geometryOf(now.root).borders.get(borderKey(now.root.id, 0))?.share ?? 0;
    expect(share(resize(layout, layout.root.id, 0, 0.3))).toBeCloseTo(0.3);
    expect(share(resize(layout, layout.root.id, 0, -1))).toBeGreaterThan(0.02);
    expect(resize(layout, layout.root.id, 99, 0.3)).toBe(layout);
  });

  it("UI-115: what only one side has changed is taken; what both have changed is asked for", () => {
    const layout = PRESETS[0]?.layout ?? EMPTY_LAYOUT;
    const other = PRESETS[1]?.layout ?? EMPTY_LAYOUT;
    const document = (...layouts: { id: string; name: string; layout: Layout }[]) => ({ current: "a", layouts });
    const a = { id: "a", name: "A", layout };
    const b = { id: "b", name: "B", layout };
    const changed = { id: "a", name: "A", layout: other };
    const kept = (isChanged: boolean) => ({ document: document(a), version: 1, changed: isChanged });
    expect(nextStep(kept(false), { version: 1, document: document(a) })).toBe("nothing");
    expect(nextStep(kept(true), { version: 1, document: document(a) })).toBe("send");
    expect(nextStep(kept(false), { version: 2, document: document(changed) })).toBe("adopt");
    expect(nextStep(kept(true), { version: 2, document: document(changed) })).toBe("ask");
    expect(nextStep(kept(true), { version: 2, document: document(a, b) })).toBe("send");
    expect(merged(document(a), document(changed, b), (name) => `${name}*`).layouts).toEqual([
      a,
      b,
      { id: "saved-1", name: "A*", layout: other },
    ]);
  });
});
