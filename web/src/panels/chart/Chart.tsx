import { createMemo, createSignal, onMount, Show, type JSX } from "solid-js";
import type { PanelProps } from "../kinds.ts";
import { type ChartController, createChart } from "./controller.ts";
import { ChartView } from "./ChartView.tsx";
import { type ChartSettings, readSettings } from "./model/settings.ts";
import "./chart.css";

/** From this width on the toolbar has all its buttons. */
const WIDE = 620;

/** The chart of a symbol: gives the modules that draw it a place, a symbol and settings. */
export default function Chart(props: PanelProps): JSX.Element {
  const settings = createMemo(() => readSettings(props.settings()));
  const change = (part: Partial<ChartSettings>): void => props.setSettings({ ...props.settings(), ...part });
  const [chart, setChart] = createSignal<ChartController | null>(null);
  const [narrow, setNarrow] = createSignal(false);
  let panel: HTMLDivElement | undefined;
  const canvas = (<div class="chart-canvas" />) as HTMLDivElement;
  onMount(() => {
    new ResizeObserver(([entry]) => setNarrow((entry?.contentRect.width ?? WIDE) < WIDE)).observe(panel as Element);
    setChart(createChart(canvas, props.symbol, settings));
  });
  return (
    <div ref={panel} class="chart" data-narrow={narrow()}>
      <Show when={chart()}>
        {(made) => (
          <ChartView
            chart={made()}
            canvas={canvas}
            symbol={props.symbol}
            settings={settings()}
            change={change}
            narrow={narrow()}
          />
        )}
      </Show>
    </div>
  );
}
