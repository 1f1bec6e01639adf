/**
 * One chart: its engine, data and indicators, joined by signals. It is made when the panel has a place on the page, and
 * ends with the owner that made it.
 */
import { createEffect, createSignal, on, onCleanup, untrack, type Accessor } from "solid-js";
import { follow, health, onBars, onTrades } from "../../feed/store.ts";
import { createCompares, type Compare } from "./compares.ts";
import { ChartData, type DataState } from "./model/chartData.ts";
import { IndicatorClient } from "./model/indicatorClient.ts";
import type { ChartSettings } from "./model/settings.ts";
import { calendarOf, chartTimeframe, type ChartTimeframe, isDaily, spanOf } from "./model/timeframes.ts";
import { type CrosshairAt, ChartEngine } from "./engine/engine.ts";
import type { AxisTimes } from "./engine/timeAxis.ts";
import { whenThemeChanges } from "./engine/theme.ts";
import { createShading } from "./shading.ts";
import { followSharedCrosshair, shareCrosshair } from "./sync.ts";

/** Older bars are read when fewer than this are left of what is seen. */
const READ_AHEAD = 60;
/** Bars of trades last differently; for drawings beyond the last bar they count as a second. */
const TICK_SPAN = 1_000;

export interface ChartController {
  readonly engine: ChartEngine;
  readonly state: Accessor<DataState>;
  /** Changes with the bars. */
  readonly version: Accessor<number>;
  /** Changes when anything on the canvas may have moved. */
  readonly painted: Accessor<number>;
  readonly crosshair: Accessor<CrosshairAt | null>;
  readonly values: (id: string, place: number) => readonly (number | null)[];
  readonly timeframe: Accessor<ChartTimeframe>;
  readonly compares: Accessor<readonly Compare[]>;
  /** Shows a time in the middle. False when there are no bars that early. */
  readonly goTo: (at: number) => Promise<boolean>;
}

export function createChart(
  container: HTMLElement,
  symbol: Accessor<string>,
  settings: Accessor<ChartSettings>,
): ChartController {
  const timeframe = (): ChartTimeframe => chartTimeframe(settings().timeframe) as ChartTimeframe;
  const isShare = (): boolean => !symbol().includes("/");
  const [state, setState] = createSignal<DataState>({ kind: "loading", error: null, isFirst: false });
  const [version, setVersion] = createSignal(0);
  const [painted, painting] = queuedSignal();
  const [crosshair, setCrosshair] = createSignal<CrosshairAt | null>(null);
  const changed = (): void => void setVersion((nth) => nth + 1);
  const sharer = {};
  let data: ChartData | null = null;
  let isNewView = true;

  const engine = new ChartEngine(container, timesOf(symbol(), timeframe()), {
    crosshair: (at) => {
      setCrosshair(at);
      if (at?.isOwn === false || !settings().sync) return;
      shareCrosshair(sharer, at === null ? null : (engine.bars[at.place]?.at ?? null));
    },
    view: () => {
      painting();
      if (engine.barsBefore() < READ_AHEAD) void data?.older();
    },
  });
  const indicators = new IndicatorClient((id, rows, from) => {
    engine.setIndicator(id, rows, from);
    changed();
  });
  onCleanup(() => {
    indicators.close();
    engine.remove();
  });

  // The form of the series comes first: everything else hangs on it.
  engine.setForm(settings().type, settings().volume);
  createEffect(() => engine.setForm(settings().type, settings().volume));
  const shade = createShading(engine, () => settings().shading && isShare() && !isDaily(timeframe()));
  engine.addPrimitive({ updateAllViews: painting });
  const { compares, align } = createCompares(engine, settings, timeframe, changed);
  createEffect(() => {
    const { scale } = settings();
    engine.setScale(compares().length > 0 && scale === "linear" ? "percent" : scale);
  });

  const barsChanged = (from: number): void => {
    const bars = data?.bars ?? [];
    engine.setBars(bars, from);
    indicators.send(bars, from, isShare());
    shade();
    align();
    if (isNewView && bars.length > 0) {
      isNewView = false;
      engine.showNewest();
    }
    changed();
  };
  createEffect(
    on([symbol, () => settings().timeframe], ([name]) => {
      const frame = timeframe();
      isNewView = true;
      engine.setTimes(timesOf(name, frame), spanOf(frame) ?? TICK_SPAN);
      engine.setBars([], 0);
      setCrosshair(null);
      // Followed before anything is read, so that no trade is missed between the two.
      follow(name, "trades", "bars");
      const reading = new ChartData(name, frame, { bars: barsChanged, state: setState });
      data = reading;
      onCleanup(() => reading.dispose());
    }),
  );
  onTrades((trades) => data?.stream(trades));
  onBars((bars) => data?.correct(bars));
  // A stream that comes back may have skipped what is too old for it.
  createEffect(
    on(
      () => health()?.market,
      (link, before) => {
        if (link === "live" && before !== undefined && before !== "live") data?.refill();
      },
    ),
  );

  const drawIndicators = (): void => {
    const chosen = settings().indicators;
    engine.indicators.choose(chosen, engine.theme);
    for (const { id } of chosen) engine.setIndicator(id, indicators.rows(id), 0);
    changed();
  };
  createEffect(
    on(
      () => settings().indicators,
      (chosen) => {
        drawIndicators();
        const bars = data?.bars ?? [];
        indicators.send(bars, bars.length, isShare(), chosen);
      },
    ),
  );
  followSharedCrosshair(sharer, engine, () => settings().sync);
  onCleanup(
    whenThemeChanges(() =>
      untrack(() => {
        engine.setTheme();
        drawIndicators();
        align();
      }),
    ),
  );

  return {
    engine,
    state,
    version,
    painted,
    crosshair,
    timeframe,
    compares,
    values: (id, place) => indicators.rows(id)[place] ?? [],
    goTo: async (at) => {
      await data?.reach(at);
      const place = engine.placeOf(at);
      engine.show(Math.max(0, place));
      return place >= 0;
    },
  };
}

/** A signal that counts how often something was painted; several paints of one task count once. */
function queuedSignal(): readonly [Accessor<number>, () => void] {
  const [count, setCount] = createSignal(0);
  let isQueued = false;
  const queue = (): void => {
    if (isQueued) return;
    isQueued = true;
    queueMicrotask(() => {
      isQueued = false;
      setCount((nth) => nth + 1);
    });
  };
  return [count, queue];
}

function timesOf(symbol: string, timeframe: ChartTimeframe): AxisTimes {
  return { isDaily: isDaily(timeframe), calendar: calendarOf(symbol), hasSeconds: timeframe.kind !== "bars" };
}
