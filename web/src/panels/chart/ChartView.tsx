import { createSignal, For, Show, type Accessor, type JSX } from "solid-js";
import { IconButton } from "../../design/components/Button.tsx";
import { announce } from "../../design/components/notices.tsx";
import * as numbers from "../../format/numbers.ts";
import { CHART } from "../../text/en/chart.ts";
import { ChartDialogs } from "./ChartDialogs.tsx";
import { ChartStage } from "./ChartStage.tsx";
import type { ChartController } from "./controller.ts";
import { createDrawingTool } from "./draw/drawingTool.ts";
import { measureText } from "./draw/measureText.ts";
import { type Asking, createDialogs } from "./dialogs.ts";
import { type ChosenIndicator } from "./model/indicators.ts";
import type { ChartSettings } from "./model/settings.ts";
import { BarTable } from "./parts/BarTable.tsx";
import { drawingItems } from "./parts/drawingItems.ts";
import { type Tool, TOOLS, toolName } from "./parts/names.ts";
import { Roving } from "./parts/Roving.tsx";
import { Toolbar } from "./parts/Toolbar.tsx";
import { savePicture } from "./picture.ts";
import { showFills } from "./trade/fillMarks.ts";

const TOOL_ICONS = {
  cursor: "cursor",
  trend: "trend",
  ray: "ray",
  horizontal: "minus",
  rectangle: "stop",
  fibonacci: "fibonacci",
  text: "note",
  measure: "ruler",
} as const;

/** How much room there is for tools. */
export type Room = "narrow" | "medium" | "wide";

/** What the parts of a chart share. */
export interface ChartParts {
  readonly chart: ChartController;
  readonly canvas: HTMLDivElement;
  readonly symbol: Accessor<string>;
  readonly settings: ChartSettings;
  readonly change: (part: Partial<ChartSettings>) => void;
  readonly room: Room;
}

/** Everything around the canvas: toolbar, drawing tools, legend, pills, menus, dialogs and the table. */
export function ChartView(props: ChartParts): JSX.Element {
  const [isTable, setTable] = createSignal(false);
  const dialogs = createDialogs();
  const tool = createDrawingTool(props.chart, props.symbol, {
    price: numbers.price,
    measure: (drawing) => measureText(props.chart, drawing),
    askNote: dialogs.askNote,
    drawn: ({ kind }) => announce(CHART.drawn(toolName(kind))),
  });
  showFills(props.chart, props.symbol, () => props.settings.orders);

  const focusChart = (): void => props.canvas.parentElement?.focus();
  const chooseTool = (next: Tool): void => {
    tool.choose(next);
    if (next === "cursor") return;
    focusChart();
    announce(`${toolName(next)}. ${CHART.drawHint}`);
  };
  const removeIndicator = ({ id }: ChosenIndicator): void =>
    props.change({ indicators: props.settings.indicators.filter((one) => one.id !== id) });
  const ask = (what: Asking) => () => dialogs.ask(what);

  return (
    <>
      <Toolbar
        settings={props.settings}
        change={props.change}
        room={props.room}
        isTable={isTable()}
        tool={tool.tool()}
        chooseTool={chooseTool}
        canUndo={tool.drawings().canUndo()}
        canRedo={tool.drawings().canRedo()}
        undo={() => tool.drawings().undo()}
        redo={() => tool.drawings().redo()}
        drawingItems={drawingItems(tool, focusChart)}
        actions={{
          indicators: () => dialogs.setList(true),
          compare: ask("symbol"),
          goTo: ask("date"),
          otherTimeframe: ask("timeframe"),
          newest: () => props.chart.engine.showNewest(),
          fit: () => props.chart.engine.showAll(),
          autoscale: () => props.chart.engine.autoscale(),
          table: () => setTable(!isTable()),
          summary: () => dialogs.setSummary(true),
          picture: () => savePicture(props.chart.engine.screenshot(), props.symbol()),
        }}
      />
      <Show when={isTable()}>
        <div class="chart-table">
          <BarTable chart={props.chart} settings={props.settings} symbol={props.symbol()} />
        </div>
      </Show>
      <div class="chart-main" data-hidden={isTable()}>
        <Show when={props.room !== "narrow"}>
          <Roving class="chart-draw" label={CHART.drawingTools} vertical watch={tool.selected() === null}>
            <For each={TOOLS}>
              {(one) => (
                <IconButton
                  icon={TOOL_ICONS[one]}
                  label={toolName(one)}
                  aria-pressed={tool.tool() === one}
                  onClick={() => chooseTool(one)}
                />
              )}
            </For>
            <IconButton
              icon="trash"
              label={CHART.deleteDrawing}
              disabled={tool.selected() === null}
              onClick={() => tool.removeSelected()}
            />
          </Roving>
        </Show>
        <ChartStage {...props} tool={tool} onEdit={dialogs.edit} onRemove={removeIndicator} />
      </div>
      <ChartDialogs {...props} dialogs={dialogs} onRemove={removeIndicator} />
    </>
  );
}
