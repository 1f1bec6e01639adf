/** The lines of indicators: over the bars, or each in a pane of its own below them. */
import {
  type AutoscaleInfoProvider,
  HistogramSeries,
  type IChartApiBase,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type SeriesType,
  type Time,
} from "lightweight-charts";
import type { ChartBar } from "../model/bars.ts";
import { type ChosenIndicator, drawnOf, type Plot } from "../model/indicators.ts";
import { timeOfPlace } from "../draw/projection.ts";
import { type AxisTimes, axisTime } from "./timeAxis.ts";
import type { Theme } from "./theme.ts";

export type Rows = readonly (readonly (number | null)[])[];

interface Drawn {
  readonly chosen: ChosenIndicator;
  readonly series: readonly { readonly plot: Plot; readonly api: ISeriesApi<SeriesType, Time> }[];
}

const UPDATES_MAX = 50;
const MAIN_STRETCH = 3;

export class IndicatorSeries {
  readonly #chart: IChartApiBase<Time>;
  #drawn: Drawn[] = [];
  #theme: Theme;

  constructor(chart: IChartApiBase<Time>, theme: Theme) {
    this.#chart = chart;
    this.#theme = theme;
  }

  /** By indicator with a pane of its own, the number of its pane. */
  panes(): ReadonlyMap<string, number> {
    const own = this.#drawn.filter(({ chosen }) => drawnOf(chosen.name).pane);
    return new Map(own.map(({ chosen, series }) => [chosen.id, series[0]?.api.getPane().paneIndex() ?? 0]));
  }

  /** Shows these indicators and no others; their values are set afterwards. */
  choose(all: readonly ChosenIndicator[], theme: Theme): void {
    this.#theme = theme;
    for (const { series } of this.#drawn) for (const { api } of series) this.#chart.removeSeries(api);
    let pane = 0;
    this.#drawn = all.map((chosen) => {
      const { pane: hasPane, plots, levels = [] } = drawnOf(chosen.name);
      if (hasPane) pane++;
      const series = plots.map((plot) => ({ plot, api: this.#add(chosen, plot, hasPane ? pane : 0) }));
      series[0]?.api.applyOptions({ autoscaleInfoProvider: withLevels(levels) });
      for (const price of levels) {
        series[0]?.api.createPriceLine({
          price,
          color: theme.token("--line-strong"),
          lineWidth: 1,
          lineStyle: LineStyle.Dashed,
          axisLabelVisible: false,
        });
      }
      return { chosen, series };
    });
    for (const [nth, one] of this.#chart.panes().entries()) one.setStretchFactor(nth === 0 ? MAIN_STRETCH : 1);
  }

  /** Sets the values of an indicator, of which those before `from` are the same as before. */
  set(id: string, rows: Rows, from: number, bars: readonly ChartBar[], times: AxisTimes, span: number): void {
    const drawn = this.#drawn.find(({ chosen }) => chosen.id === id);
    if (drawn === undefined || bars.length === 0) return;
    // Values of bars that are gone: newer ones are on their way.
    const length = Math.min(rows.length, bars.length);
    for (const { plot, api } of drawn.series) {
      const { shift = 0 } = plot;
      const datum = (nth: number) => {
        const time = timeAt(bars, nth + shift, times, span);
        const value = rows[nth]?.[plot.output] ?? null;
        if (value === null) return { time };
        const colour = this.#colourOf(drawn.chosen, plot, rows[nth] ?? [], value);
        return { time, value, ...(colour === null ? {} : { color: colour }) };
      };
      const isWhole = from === 0 || shift !== 0 || length - from > UPDATES_MAX;
      if (isWhole) api.setData(Array.from({ length }, (_, nth) => datum(nth)));
      else for (let nth = from; nth < length; nth++) api.update(datum(nth), nth < length - 1);
    }
  }

  #add(chosen: ChosenIndicator, plot: Plot, pane: number): ISeriesApi<SeriesType, Time> {
    const common = { lastValueVisible: pane > 0, priceLineVisible: false, priceFormat: formatOf(chosen.name) };
    if (plot.kind === "histogram") return this.#chart.addSeries(HistogramSeries, common, pane);
    const colour = chosen.colours[plot.colour];
    return this.#chart.addSeries(
      LineSeries,
      {
        ...common,
        color: this.#theme.token(colour ?? "--ink-2"),
        lineWidth: 1,
        lineStyle: plot.dashed === true ? LineStyle.Dashed : LineStyle.Solid,
        crosshairMarkerVisible: false,
      },
      pane,
    );
  }

  /** The colour of one value; null where the series has one colour. */
  #colourOf({ name }: ChosenIndicator, plot: Plot, row: readonly (number | null)[], value: number): string | null {
    if (plot.colour >= 0) return null;
    const isUp = name === "supertrend" ? row[1] === 1 : value >= 0;
    return plot.kind === "histogram"
      ? this.#theme.faded(isUp ? "--up" : "--down", 0.6)
      : this.#theme.token(isUp ? "--up" : "--down");
  }
}

/** The levels of an indicator are always seen, also while its values are far from them. */
const withLevels =
  (levels: readonly number[]): AutoscaleInfoProvider =>
  (scaled) => {
    const info = scaled();
    if (info === null || info.priceRange === null) return info;
    const { minValue, maxValue } = info.priceRange;
    return {
      ...info,
      priceRange: { minValue: Math.min(minValue, ...levels), maxValue: Math.max(maxValue, ...levels) },
    };
  };

function timeAt(bars: readonly ChartBar[], place: number, times: AxisTimes, span: number): Time {
  return axisTime(bars[place] ?? { at: timeOfPlace(bars, place, span) }, times);
}

const formatOf = (name: string) =>
  name === "obv" ? ({ type: "volume" } as const) : ({ type: "price", precision: 2, minMove: 0.01 } as const);
