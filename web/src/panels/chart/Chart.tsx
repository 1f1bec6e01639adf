import { createMemo, createSignal, onCleanup, onMount, Show, type JSX } from "solid-js";
import type { PanelProps } from "../kinds.ts";
import { type ChartController, createChart } from "./controller.ts";
import { ChartView, type Room } from "./ChartView.tsx";
import { type ChartSettings, readSettings } from "./model/settings.ts";
import "./chart.css";

/** From these widths on the toolbar has more of its buttons, or all of them. */
const MEDIUM = 460;
const WIDE = 820;

/** The chart of a symbol: gives the modules that draw it a place, a symbol and settings. */
export default function Chart(props: PanelProps): JSX.Element {
  const settings = createMemo(() => readSettings(props.settings()));
  const change = (part: Partial<ChartSettings>): void => props.setSettings({ ...props.settings(), ...part });
  const [chart, setChart] = createSignal<ChartController | null>(null);
  const [room, setRoom] = createSignal<Room>("wide");
  let panel: HTMLDivElement | undefined;
  const canvas = (<div class="chart-canvas" />) as HTMLDivElement;
  onMount(() => {
    const measure = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? WIDE;
      setRoom(width < MEDIUM ? "narrow" : width < WIDE ? "medium" : "wide");
    });
    measure.observe(panel as Element);
    onCleanup(() => measure.disconnect());
    setChart(createChart(canvas, props.symbol, settings));
  });
  return (
    <div ref={panel} class="chart" data-room={room()}>
      <Show when={chart()}>
        {(made) => (
          <ChartView
            chart={made()}
            canvas={canvas}
            symbol={props.symbol}
            settings={settings()}
            change={change}
            room={room()}
          />
        )}
      </Show>
    </div>
  );
}
