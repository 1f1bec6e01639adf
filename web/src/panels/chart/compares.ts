/** Other symbols on the chart, as lines of their closes. */
import { createEffect, createSignal, on, onCleanup, untrack, type Accessor } from "solid-js";
import { follow, onTrades } from "../../feed/store.ts";
import type { ChartEngine } from "./engine/engine.ts";
import { aligned } from "./model/bars.ts";
import { ChartData } from "./model/chartData.ts";
import { SERIES_COLOURS } from "./model/indicators.ts";
import type { ChartSettings } from "./model/settings.ts";
import type { ChartTimeframe } from "./model/timeframes.ts";

export interface Compare {
  readonly symbol: string;
  readonly data: ChartData;
}

/** Gives the symbols, and what is to be called when the bars that they are compared with have changed. */
export function createCompares(
  engine: ChartEngine,
  settings: Accessor<ChartSettings>,
  timeframe: Accessor<ChartTimeframe>,
  changed: () => void,
): { readonly compares: Accessor<readonly Compare[]>; readonly align: () => void } {
  const [compares, setCompares] = createSignal<readonly Compare[]>([]);
  const align = (): void => {
    const all = untrack(compares).map(({ data }, nth) => ({
      colour: SERIES_COLOURS[nth % SERIES_COLOURS.length] ?? "--series-1",
      values: aligned(engine.bars, data.bars),
    }));
    engine.setCompares(all);
    // Older bars of the symbol need older ones of these.
    const first = engine.bars[0]?.at;
    if (first !== undefined) for (const { data } of untrack(compares)) void data.reach(first);
  };
  createEffect(
    on([() => settings().compare.join(), () => settings().timeframe], () => {
      const names = untrack(settings).compare;
      for (const name of names) follow(name, "trades");
      const bars = (): void => {
        align();
        changed();
      };
      const all = names.map((symbol) => ({
        symbol,
        data: new ChartData(symbol, timeframe(), { bars, state: () => {} }),
      }));
      setCompares(all);
      align();
      onCleanup(() => all.forEach(({ data }) => data.dispose()));
    }),
  );
  onTrades((trades) => {
    for (const { data } of untrack(compares)) data.stream(trades);
  });
  return { compares, align };
}
