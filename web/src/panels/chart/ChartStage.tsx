import { createEffect, createSignal, createUniqueId, on, Show, type JSX } from "solid-js";
import { announce } from "../../design/components/notices.tsx";
import { Badge } from "../../design/components/small.tsx";
import { isStale } from "../../feed/stale.ts";
import * as numbers from "../../format/numbers.ts";
import { CHART } from "../../text/en/chart.ts";
import { MarketBanner } from "../banners/MarketBanner.tsx";
import type { ChartParts } from "./ChartView.tsx";
import { listenToPointer } from "./draw/drawingPointer.ts";
import type { DrawingTool } from "./draw/drawingTool.ts";
import { chartKeys } from "./keys.ts";
import { type Backfill, readBackfill } from "./model/history.ts";
import type { ChosenIndicator } from "./model/indicators.ts";
import { Legend } from "./parts/Legend.tsx";
import { longName } from "./parts/names.ts";
import { type MenuPlace, PriceMenu } from "./parts/PriceMenu.tsx";
import { onMenuAsked } from "./pointer.ts";
import { summaryText } from "./readout.ts";
import { OrderPills } from "./trade/OrderPills.tsx";
import { priceItems } from "./trade/priceItems.ts";

/** The canvas with what lies over it: legend, pills of orders, and the menu of a price. */
export function ChartStage(
  props: ChartParts & {
    readonly tool: DrawingTool;
    readonly onEdit: (indicator: ChosenIndicator) => void;
    readonly onRemove: (indicator: ChosenIndicator) => void;
  },
): JSX.Element {
  const [isFocused, setFocused] = createSignal(false);
  const [menu, setMenu] = createSignal<(MenuPlace & { readonly price: number }) | null>(null);
  const [backfill, setBackfill] = createSignal<Backfill | null>(null);
  createEffect(
    on(props.symbol, (symbol) => {
      setBackfill(null);
      const keep = (past: Backfill | null): void => void (symbol === props.symbol() && setBackfill(past));
      // Without an answer the chart has no mark, and is right all the same.
      readBackfill(symbol).then(keep, () => {});
    }),
  );
  const describedBy = createUniqueId();
  /** Kept current only while it can be read. */
  const summary = (): string => (isFocused() ? summaryText(props.chart, props.settings, props.symbol()) : "");
  const view = (
    <div
      class="chart-view"
      tabindex={0}
      role="application"
      aria-roledescription={CHART.roleDescription}
      aria-label={CHART.chartOf(props.symbol(), longName(props.chart.timeframe()))}
      aria-describedby={describedBy}
      onKeyDown={(event) => keys(event)}
      onFocusIn={() => setFocused(true)}
      onFocusOut={() => setFocused(false)}
    >
      {props.canvas}
    </div>
  ) as HTMLDivElement;
  const keys = chartKeys(props.chart, props.tool, props.symbol, () => props.settings, {
    menu: (price, x, y) => {
      const box = view.getBoundingClientRect();
      setMenu({ price, x: box.left + x, y: box.top + y });
    },
    summary: () => announce(summaryText(props.chart, props.settings, props.symbol())),
  });
  listenToPointer(view, props.chart, props.tool);
  onMenuAsked(view, (x, y) => {
    const { engine } = props.chart;
    const top = y - view.getBoundingClientRect().top;
    const price = engine.priceAt(top);
    if (price !== null && top < engine.size.height) setMenu({ x, y, price });
  });
  const isEmpty = (): boolean => props.chart.version() >= 0 && props.chart.engine.bars.length === 0;
  return (
    <div class="chart-stage" data-tool={props.tool.tool()} data-stale={isStale(props.symbol())}>
      {view}
      <p class="hidden-text" id={describedBy}>
        {CHART.keys} {summary()}
      </p>
      <Legend
        chart={props.chart}
        settings={props.settings}
        symbol={props.symbol()}
        narrow={props.room === "narrow"}
        badge={
          <Show when={backfill()}>
            {(past) => (
              <span title={CHART.generatedWhy(past().end)}>
                <Badge tone="warn">{CHART[past().source]}</Badge>
              </span>
            )}
          </Show>
        }
        onEdit={props.onEdit}
        onRemove={props.onRemove}
        onRemoveCompare={(symbol) => props.change({ compare: props.settings.compare.filter((one) => one !== symbol) })}
      />
      <div class="chart-banners">
        <MarketBanner symbol={props.symbol()} />
      </div>
      <OrderPills chart={props.chart} symbol={props.symbol} shown={props.settings.orders} />
      <Show when={props.chart.state().kind === "failed" || (props.chart.state().kind === "loading" && isEmpty())}>
        <p class="chart-status">
          {props.chart.state().kind === "failed" ? CHART.failed(props.chart.state().error ?? "") : CHART.loading}
        </p>
      </Show>
      <PriceMenu
        label={CHART.priceMenu(numbers.price(menu()?.price))}
        place={menu()}
        items={menu() === null ? [] : priceItems(props.chart, props.tool, props.symbol(), menu()?.price ?? 0)}
        onClose={() => setMenu(null)}
      />
    </div>
  );
}
