/** The panels of the workspace. A panel is loaded when it is first shown. */
import { lazy, type Accessor, type Component } from "solid-js";
import type { IconName } from "../design/components/icons.ts";
import { PANELS } from "../text/en/panels.ts";

/** What a panel is given. */
export interface PanelProps {
  /** The symbol that it shows; it changes with the panels that it is linked with. */
  readonly symbol: Accessor<string>;
  /** Shows another symbol, here and in the linked panels. */
  readonly setSymbol: (symbol: string) => void;
  /** What this panel keeps with the layout: columns, timeframe, indicators. Plain JSON. */
  readonly settings: Accessor<Readonly<Record<string, unknown>>>;
  readonly setSettings: (settings: Readonly<Record<string, unknown>>) => void;
}

export interface PanelKind {
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  /** Whether it shows one symbol, which can be linked. */
  readonly hasSymbol: boolean;
  /** Whether another symbol is expensive to draw: it comes one paint after what was pressed. */
  readonly isHeavy: boolean;
  readonly component: Component<PanelProps>;
}

const HEAVY: ReadonlySet<string> = new Set(["chart", "ladder", "depthChart", "tape"]);

const kind = (
  id: keyof typeof PANELS,
  icon: IconName,
  hasSymbol: boolean,
  load: () => Promise<{ default: Component<PanelProps> }>,
): PanelKind => ({ id, title: PANELS[id], icon, hasSymbol, isHeavy: HEAVY.has(id), component: lazy(load) });

export const PANEL_KINDS: readonly PanelKind[] = [
  kind("watchlist", "star", false, () => import("./watchlist/Watchlist.tsx")),
  kind("chart", "bars", true, () => import("./chart/Chart.tsx")),
  kind("ladder", "book", true, () => import("./ladder/Ladder.tsx")),
  kind("depthChart", "portfolio", true, () => import("./depthChart/DepthChart.tsx")),
  kind("tape", "table", true, () => import("./tape/Tape.tsx")),
  kind("ticket", "edit", true, () => import("./ticket/Ticket.tsx")),
  kind("blotter", "statement", false, () => import("./blotter/Blotter.tsx")),
  kind("balances", "account", false, () => import("./balances/Balances.tsx")),
  kind("alerts", "alert", false, () => import("./alerts/AlertsPanel.tsx")),
];

export function panelKind(id: string): PanelKind | null {
  return PANEL_KINDS.find((one) => one.id === id) ?? null;
}
