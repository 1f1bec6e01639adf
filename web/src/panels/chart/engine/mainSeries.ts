/** The bars of the symbol, in the form that the user has chosen, and their volume. */
import {
  AreaSeries,
  BarSeries,
  CandlestickSeries,
  HistogramSeries,
  type IChartApiBase,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type SeriesType,
  type Time,
} from "lightweight-charts";
import { type ChartBar, heikinAshi } from "../model/bars.ts";
import type { ChartType } from "../model/settings.ts";
import { type AxisTimes, axisTime } from "./timeAxis.ts";
import type { Theme } from "./theme.ts";

/** After more changed bars than this a series is set anew, which is faster. */
const UPDATES_MAX = 50;
const VOLUME_SCALE = "volume";
/** The lowest part of the pane is for volume. */
const VOLUME_TOP = 0.82;

type Series = ISeriesApi<SeriesType, Time>;

export class MainSeries {
  readonly #chart: IChartApiBase<Time>;
  #type: ChartType | null = null;
  #series: Series | null = null;
  #volume: Series | null = null;
  #bars: readonly ChartBar[] = [];
  #heikin: ChartBar[] = [];
  #times: AxisTimes | null = null;
  #theme: Theme;

  constructor(chart: IChartApiBase<Time>, theme: Theme) {
    this.#chart = chart;
    this.#theme = theme;
  }

  get api(): Series {
    if (this.#series === null) throw new Error("no series yet");
    return this.#series;
  }

  /** The bars as they are shown: Heikin-Ashi ones are made of the others. */
  get shown(): readonly ChartBar[] {
    return this.#type === "heikinAshi" ? this.#heikin : this.#bars;
  }

  /** Sets the form. Gives whether there is a new series, to which what hangs on it must be attached again. */
  setType(type: ChartType): boolean {
    if (type === this.#type) return false;
    const before = this.#series === null ? null : kindOf(this.#type ?? "candles");
    this.#type = type;
    const isNew = before !== kindOf(type);
    if (isNew) {
      if (this.#series !== null) this.#chart.removeSeries(this.#series);
      this.#series = this.#chart.addSeries(kindOf(type), {}, 0);
    }
    this.setTheme(this.#theme);
    return isNew;
  }

  setVolume(isShown: boolean): void {
    if (isShown === (this.#volume !== null)) return;
    if (this.#volume !== null) {
      this.#chart.removeSeries(this.#volume);
      this.#volume = null;
      return;
    }
    this.#volume = this.#chart.addSeries(
      HistogramSeries,
      {
        priceScaleId: VOLUME_SCALE,
        priceFormat: { type: "volume" },
        lastValueVisible: false,
        priceLineVisible: false,
      },
      0,
    );
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: VOLUME_TOP, bottom: 0 } });
    this.#paint(0);
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    const [up, down] = [theme.token("--up"), theme.token("--down")];
    const accent = theme.token("--accent");
    // Without colours a rising body differs from a falling one: it is empty.
    const upBody = theme.isContrast ? theme.token("--surface") : up;
    this.#series?.applyOptions({
      priceLineStyle: LineStyle.Dotted,
      ...(this.#series.seriesType() === "Candlestick"
        ? {
            upColor: upBody,
            downColor: down,
            borderUpColor: up,
            borderDownColor: down,
            wickUpColor: up,
            wickDownColor: down,
          }
        : this.#series.seriesType() === "Bar"
          ? { upColor: up, downColor: down, thinBars: false }
          : this.#series.seriesType() === "Line"
            ? { color: accent, lineWidth: 2 }
            : {
                lineColor: accent,
                lineWidth: 2,
                topColor: theme.faded("--accent", 0.32),
                bottomColor: theme.faded("--accent", 0.02),
              }),
    });
    this.#paint(0);
  }

  setPriceFormat(precision: number, minMove: number): void {
    this.api.applyOptions({ priceFormat: { type: "price", precision, minMove } });
  }

  /** Shows these bars, of which those before `from` are the same as before. */
  setBars(bars: readonly ChartBar[], from: number, times: AxisTimes): void {
    const isSame = times === this.#times && bars.length >= this.#bars.length;
    this.#bars = bars;
    this.#times = times;
    this.#paint(isSame ? from : 0);
  }

  #paint(from: number): void {
    const times = this.#times;
    if (times === null || this.#series === null) return;
    if (this.#type === "heikinAshi") this.#heikin = heikinAshi(this.#bars, from, this.#heikin);
    const { shown } = this;
    const isWhole = from === 0 || shown.length - from > UPDATES_MAX;
    if (isWhole) {
      this.#series.setData(shown.map((bar, nth) => this.#datum(bar, shown[nth - 1], times)));
      this.#volume?.setData(this.#bars.map((bar) => this.#volumeOf(bar, times)));
      return;
    }
    for (let nth = from; nth < shown.length; nth++) {
      const [bar, own] = [shown[nth], this.#bars[nth]];
      if (bar === undefined || own === undefined) continue;
      const isOlder = nth < shown.length - 1;
      this.#series.update(this.#datum(bar, shown[nth - 1], times), isOlder);
      this.#volume?.update(this.#volumeOf(own, times), isOlder);
    }
  }

  #datum(bar: ChartBar, before: ChartBar | undefined, times: AxisTimes) {
    const time = axisTime(bar, times);
    const { open, high, low, close } = bar;
    const kind = this.#series?.seriesType();
    if (kind === "Line" || kind === "Area") return { time, value: close };
    const ohlc = { time, open, high, low, close };
    if (this.#type !== "hollow") return ohlc;
    // Colour by the close before, body by the open: empty when the bar rose.
    const colour = this.#theme.token(close >= (before?.close ?? open) ? "--up" : "--down");
    const body = close >= open ? this.#theme.token("--surface") : colour;
    return { ...ohlc, color: body, borderColor: colour, wickColor: colour };
  }

  #volumeOf(bar: ChartBar, times: AxisTimes) {
    const name = bar.close >= bar.open ? "--up" : "--down";
    return { time: axisTime(bar, times), value: bar.volume, color: this.#theme.faded(name, 0.38) };
  }
}

function kindOf(type: ChartType) {
  if (type === "line") return LineSeries;
  if (type === "area") return AreaSeries;
  return type === "bars" ? BarSeries : CandlestickSeries;
}
