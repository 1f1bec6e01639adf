/** What the buttons and menus of a chart do. */
import type { MenuItem } from "../../../design/components/Menu.tsx";
import { CHART } from "../../../text/en/chart.ts";
import { CHART_TYPES, type ChartSettings, SCALES } from "../model/settings.ts";
import { TIMEFRAME_GROUPS } from "../model/timeframes.ts";
import type { Room } from "../ChartView.tsx";
import { shortName, type Tool } from "./names.ts";

/** What the buttons of a chart do. */
export interface ToolbarActions {
  readonly indicators: () => void;
  readonly compare: () => void;
  readonly goTo: () => void;
  readonly otherTimeframe: () => void;
  readonly newest: () => void;
  readonly fit: () => void;
  readonly autoscale: () => void;
  readonly table: () => void;
  readonly summary: () => void;
  readonly picture: () => void;
}

export interface ToolbarProps {
  readonly settings: ChartSettings;
  readonly change: (part: Partial<ChartSettings>) => void;
  readonly room: Room;
  readonly isTable: boolean;
  readonly tool: Tool;
  readonly chooseTool: (tool: Tool) => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly drawingItems: readonly MenuItem[];
  readonly actions: ToolbarActions;
}

/** The menus of the toolbar; on a phone the last one has what has no button there. */
export function toolbarMenus(
  props: ToolbarProps,
): Readonly<Record<"timeframes" | "types" | "scales" | "more", () => MenuItem[]>> {
  const timeframes = (): MenuItem[] => [
    ...Object.values(TIMEFRAME_GROUPS)
      .flat()
      .map((id) => ({
        text: shortName(id),
        checked: id === props.settings.timeframe,
        onChoose: () => props.change({ timeframe: id }),
      })),
    { text: CHART.customTimeframe, onChoose: () => props.actions.otherTimeframe() },
  ];
  const types = (): MenuItem[] =>
    CHART_TYPES.map((type) => ({
      text: CHART.types[type],
      checked: type === props.settings.type,
      onChoose: () => props.change({ type }),
    }));
  const scales = (): MenuItem[] => [
    ...SCALES.map((scale) => ({
      text: CHART.scales[scale],
      checked: scale === props.settings.scale,
      onChoose: () => props.change({ scale }),
    })),
    { text: CHART.autoscale, icon: "up" as const, onChoose: () => props.actions.autoscale() },
  ];
  const toggle = (key: "volume" | "shading" | "sync" | "orders", text: string): MenuItem => ({
    text,
    checked: props.settings[key],
    onChoose: () => props.change({ [key]: !props.settings[key] }),
  });
  const shown = (): MenuItem[] => [
    toggle("volume", CHART.volume),
    toggle("shading", CHART.shading),
    toggle("orders", CHART.showOrders),
    toggle("sync", CHART.sync),
  ];
  const views = (): MenuItem[] => [
    { text: CHART.goTo, icon: "search", onChoose: () => props.actions.goTo() },
    { text: CHART.newest, icon: "chevronRight", onChoose: () => props.actions.newest() },
    { text: CHART.fit, icon: "layout", onChoose: () => props.actions.fit() },
  ];
  const more = (): MenuItem[] => [
    ...(props.room === "wide"
      ? []
      : [{ text: CHART.compare, icon: "swap" as const, onChoose: () => props.actions.compare() }, ...views()]),
    ...(props.room === "narrow" ? types() : []),
    ...(props.room === "wide" ? [] : scales()),
    ...shown(),
    {
      text: props.isTable ? CHART.chart : CHART.table,
      icon: props.isTable ? "bars" : "table",
      onChoose: () => props.actions.table(),
    },
    { text: CHART.summary, icon: "statement", onChoose: () => props.actions.summary() },
    { text: CHART.picture, icon: "download", onChoose: () => props.actions.picture() },
    {
      text: CHART.credit,
      icon: "link",
      onChoose: () => void window.open("https://www.tradingview.com/", "_blank", "noopener"),
    },
  ];
  return { timeframes, types, scales, more };
}
