/** The layouts that the terminal comes with. A user changes them freely, and resets them to what is here. */
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import type { Direction, Layout, LayoutNode, PanelState } from "./layout.ts";
import type { LinkColour } from "./symbols.ts";

/** A panel of a preset: its kind, and its link when it is not the first. */
type Planned =
  | string
  | { readonly kind: string; readonly link: LinkColour; readonly settings?: PanelState["settings"] };

/** Builds a preset; ids are counted, so that a preset is the same each time. */
class Plan {
  #groups = 0;
  #splits = 0;
  readonly #panels: Record<string, PanelState> = {};

  tabs(...planned: readonly Planned[]): LayoutNode {
    const panels = planned.map((one) => this.#panel(one));
    this.#groups++;
    return { kind: "group", id: `g${this.#groups}`, panels, active: panels[0] ?? null };
  }

  row(...parts: readonly (readonly [share: number, node: LayoutNode])[]): LayoutNode {
    return this.#split("row", parts);
  }

  column(...parts: readonly (readonly [share: number, node: LayoutNode])[]): LayoutNode {
    return this.#split("column", parts);
  }

  layout(root: LayoutNode): Layout {
    return { root, panels: this.#panels, maximised: null };
  }

  #split(direction: Direction, parts: readonly (readonly [number, LayoutNode])[]): LayoutNode {
    this.#splits++;
    return {
      kind: "split",
      id: `s${this.#splits}`,
      direction,
      children: parts.map(([, node]) => node),
      shares: parts.map(([share]) => share),
    };
  }

  #panel(planned: Planned): string {
    const id = `p${Object.keys(this.#panels).length + 1}`;
    const {
      kind,
      link,
      settings = {},
    } = typeof planned === "string" ? { kind: planned, link: "blue" as const } : planned;
    this.#panels[id] = { id, kind, link, symbol: null, settings };
    return id;
  }
}

function trading(): Layout {
  const plan = new Plan();
  return plan.layout(
    plan.row(
      [0.17, plan.tabs("watchlist")],
      [0.48, plan.column([0.64, plan.tabs("chart", "depthChart")], [0.36, plan.tabs("blotter")])],
      [0.17, plan.column([0.68, plan.tabs("ladder")], [0.32, plan.tabs("tape")])],
      [0.18, plan.tabs("ticket", "balances")],
    ),
  );
}

function charts(): Layout {
  const plan = new Plan();
  const linked = (link: LinkColour) => plan.tabs({ kind: "chart", link });
  return plan.layout(
    plan.row(
      [0.17, plan.tabs("watchlist", "ticket")],
      [0.415, plan.column([0.5, linked("blue")], [0.5, linked("green")])],
      [0.415, plan.column([0.5, linked("orange")], [0.5, linked("violet")])],
    ),
  );
}

function ladders(): Layout {
  const plan = new Plan();
  const ladder = (link: LinkColour) => plan.tabs({ kind: "ladder", link });
  return plan.layout(
    plan.column(
      [
        0.68,
        plan.row(
          [0.2, ladder("blue")],
          [0.2, ladder("green")],
          [0.2, ladder("orange")],
          [0.22, plan.column([0.5, plan.tabs("chart")], [0.5, plan.tabs("tape")])],
          [0.18, plan.tabs("ticket", "watchlist")],
        ),
      ],
      [0.32, plan.tabs("blotter", "balances")],
    ),
  );
}

function monitor(): Layout {
  const plan = new Plan();
  return plan.layout(
    plan.row(
      [0.3, plan.column([0.6, plan.tabs("watchlist")], [0.4, plan.tabs("balances")])],
      [0.45, plan.column([0.55, plan.tabs("chart")], [0.45, plan.tabs("blotter")])],
      [0.25, plan.column([0.5, plan.tabs("depthChart")], [0.5, plan.tabs("tape")])],
    ),
  );
}

/** For tablets: what is looked at beside what is done. */
function twoColumns(): Layout {
  const plan = new Plan();
  return plan.layout(
    plan.row(
      [0.62, plan.column([0.6, plan.tabs("chart", "depthChart")], [0.4, plan.tabs("blotter", "balances")])],
      [0.38, plan.column([0.42, plan.tabs("watchlist", "ladder", "tape")], [0.58, plan.tabs("ticket")])],
    ),
  );
}

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly layout: Layout;
}

const T = LAYOUT_TEXT.presets;

export const PRESETS: readonly Preset[] = [
  { id: "trading", name: T.trading, layout: trading() },
  { id: "charts", name: T.charts, layout: charts() },
  { id: "ladders", name: T.ladders, layout: ladders() },
  { id: "monitor", name: T.monitor, layout: monitor() },
  { id: "columns", name: T.columns, layout: twoColumns() },
];

export const presetOf = (id: string): Preset | null => PRESETS.find((preset) => preset.id === id) ?? null;
