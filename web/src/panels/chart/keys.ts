/** The chart by keyboard: crosshair, scrolling, zoom, drawings and menus. */
import { openOrders } from "../../account/state.ts";
import { announce } from "../../design/components/notices.tsx";
import { price as priceFormat } from "../../format/numbers.ts";
import { CHART } from "../../text/en/chart.ts";
import type { ChartController } from "./controller.ts";
import type { DrawingTool } from "./draw/drawingTool.ts";
import { anchorsOf } from "./draw/drawings.ts";
import { stepped } from "./model/price.ts";
import type { ChartSettings } from "./model/settings.ts";
import { toolName } from "./parts/names.ts";
import { barText } from "./readout.ts";
import { tickNear } from "./trade/OrderPills.tsx";

interface KeyActions {
  /** Opens the menu of a price, at a place of the view. */
  readonly menu: (price: number, x: number, y: number) => void;
  readonly summary: () => void;
}

const PAN_BARS = 20;
const NUDGE = 4;
/** Up and Down move the price by so much of what is seen, on a tick. */
const PRICE_STEPS = 100;

export function chartKeys(
  chart: ChartController,
  tool: DrawingTool,
  symbol: () => string,
  settings: () => ChartSettings,
  actions: KeyActions,
): (event: KeyboardEvent) => void {
  const { engine } = chart;
  /** The price of the crosshair, also while a bar without a price is pointed at. */
  let price: number | null = null;
  const place = (): number => chart.crosshair()?.place ?? engine.bars.length - 1;
  const priceNow = (): number => chart.crosshair()?.price ?? price ?? engine.bars[place()]?.close ?? 0;
  const show = (at: number, to: number | null): void => {
    const nth = Math.max(0, Math.min(engine.bars.length - 1, at));
    const seen = engine.visible();
    if (seen !== null && nth < seen.from) engine.pan(nth - seen.from - 1);
    if (seen !== null && nth > seen.to) engine.pan(nth - seen.to + 1);
    price = to ?? engine.bars[nth]?.close ?? null;
    if (price !== null) engine.showCrosshair(nth, price);
  };
  const movePrice = (direction: 1 | -1, isFar: boolean): void => {
    const [top, bottom] = [engine.priceAt(0) ?? 0, engine.priceAt(engine.size.height) ?? 0];
    const near = tickNear(symbol());
    const now = priceNow();
    const ticks = Math.max(1, Math.round(Math.abs(top - bottom) / PRICE_STEPS / near(now)));
    show(place(), stepped(now, direction * ticks * (isFar ? 10 : 1), near));
  };
  const setPoint = (): void => {
    const bar = engine.bars[place()];
    const kind = tool.tool();
    if (bar === undefined || kind === "cursor") return;
    const nth = tool.points().length + 1;
    if (tool.setPoint({ at: bar.at, price: priceNow() }) === null) announce(CHART.pointSet(nth, anchorsOf(kind)));
  };
  const openMenu = (): void => {
    const at = priceNow();
    actions.menu(at, engine.xOf(place()) ?? engine.size.width / 2, engine.yOf(at) ?? engine.size.height / 2);
  };
  const readOut = (): void => {
    const at = chart.crosshair()?.price ?? price;
    const crosshair = at === null ? "" : CHART.crosshairPrice(priceFormat(at));
    const orders = openOrders().filter((order) => order.symbol === symbol()).length;
    announce(
      `${barText(chart, settings(), place())}${crosshair} ${orders === 0 ? "" : CHART.summaryOf.orders(orders)}`.trim(),
    );
  };
  const remove = (): void => {
    const drawing = tool.selected();
    if (drawing === null) return;
    tool.removeSelected();
    announce(CHART.removed(toolName(drawing.kind)));
  };
  const giveUp = (): void => {
    if (tool.tool() !== "cursor") tool.cancel();
    else if (tool.selected() !== null) tool.select(null);
    else {
      price = null;
      engine.hideCrosshair();
    }
  };
  const nudges: Readonly<Record<string, { x: number; y: number }>> = {
    ArrowLeft: { x: -NUDGE, y: 0 },
    ArrowRight: { x: NUDGE, y: 0 },
    ArrowUp: { x: 0, y: -NUDGE },
    ArrowDown: { x: 0, y: NUDGE },
  };

  const actionOf = (event: KeyboardEvent): (() => void) | undefined => {
    const { key, shiftKey: shift, altKey: alt, ctrlKey, metaKey } = event;
    const isCommand = ctrlKey || metaKey;
    if (isCommand && key.toLowerCase() === "z") return shift ? tool.drawings().redo : tool.drawings().undo;
    if (isCommand) return undefined;
    const nudge = nudges[key];
    if (alt) return nudge === undefined ? undefined : () => tool.nudge(nudge);
    if (shift && key === "F10") return openMenu;
    const plain: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => (shift ? engine.pan(-PAN_BARS) : show(place() - 1, null)),
      ArrowRight: () => (shift ? engine.pan(PAN_BARS) : show(place() + 1, null)),
      ArrowUp: () => movePrice(1, shift),
      ArrowDown: () => movePrice(-1, shift),
      Home: () => show(0, null),
      End: () => {
        engine.showNewest();
        show(engine.bars.length - 1, null);
      },
      "+": () => engine.zoom(1),
      "=": () => engine.zoom(1),
      "-": () => engine.zoom(-1),
      " ": readOut,
      Enter: () => (tool.tool() === "cursor" ? openMenu() : setPoint()),
      ContextMenu: openMenu,
      Delete: remove,
      Backspace: remove,
      Escape: giveUp,
      s: actions.summary,
      S: actions.summary,
    };
    return plain[key];
  };
  return (event) => {
    const act = actionOf(event);
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}
