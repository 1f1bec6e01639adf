/** The chart without its frame: series, panes, axes and crosshair. No UI framework, and no data of its own. */
import {
  ColorType,
  createChartEx,
  createSeriesMarkers,
  CrosshairMode,
  type DeepPartial,
  type IChartApiBase,
  type IHorzScaleBehavior,
  type ISeriesMarkersPluginApi,
  type ISeriesPrimitive,
  LineSeries,
  type ISeriesApi,
  type Logical,
  PriceScaleMode,
  type SeriesMarker,
  type TickMarkType,
  type Time,
  type TimeScaleOptions,
} from "lightweight-charts";
import { type ChartBar, placeOf } from "../model/bars.ts";
import type { ChartType, Scale } from "../model/settings.ts";
import { placeOfTime, timeOfPlace } from "../draw/projection.ts";
import { IndicatorSeries } from "./indicatorSeries.ts";
import { PriceLines } from "./lines.ts";
import { MainSeries } from "./mainSeries.ts";
import { type AxisTimes, axisTime, barTime, markText, timeAxis } from "./timeAxis.ts";
import { readTheme, type Theme } from "./theme.ts";

/** Where the crosshair is: the place of a bar, and a price of the main pane. */
export interface CrosshairAt {
  readonly place: number;
  readonly price: number | null;
  /** The user moved it here, not another chart. */
  readonly isOwn: boolean;
}

export interface EngineEvents {
  readonly crosshair: (at: CrosshairAt | null) => void;
  /** What is seen has changed: scrolled, zoomed, resized or new data. */
  readonly view: () => void;
}

const MODES: Readonly<Record<Scale, PriceScaleMode>> = {
  linear: PriceScaleMode.Normal,
  log: PriceScaleMode.Logarithmic,
  percent: PriceScaleMode.Percentage,
  indexed: PriceScaleMode.IndexedTo100,
};

const RIGHT_OFFSET = 8;
const BARS_SHOWN = 140;
const ZOOM = 1.25;

export class ChartEngine {
  readonly #chart: IChartApiBase<Time>;
  readonly #events: EngineEvents;
  readonly main: MainSeries;
  readonly lines = new PriceLines();
  readonly indicators: IndicatorSeries;
  #compares: ISeriesApi<"Line", Time>[] = [];
  #markers: ISeriesMarkersPluginApi<Time> | null = null;
  #marks: readonly SeriesMarker<Time>[] = [];
  readonly #primitives: ISeriesPrimitive[] = [];
  #times: AxisTimes;
  #span = 60_000;
  #theme = readTheme();

  constructor(container: HTMLElement, times: AxisTimes, events: EngineEvents) {
    this.#times = times;
    this.#events = events;
    const axis = timeAxis(() => this.#times);
    const timeScale: DeepPartial<TimeScaleOptions> = {
      rightOffset: RIGHT_OFFSET,
      timeVisible: true,
      tickMarkFormatter: (time: Time, type: TickMarkType) => markText(time, type, this.#times),
    };
    this.#chart = createChartEx<Time, IHorzScaleBehavior<Time>>(container, axis, {
      autoSize: true,
      // The logo comes with a style sheet that the policy refuses; a menu has the credit.
      layout: { attributionLogo: false },
      crosshair: { mode: CrosshairMode.Normal },
      rightPriceScale: { scaleMargins: { top: 0.12, bottom: 0.2 } },
      timeScale,
      localization: { timeFormatter: (time: Time) => barTime(time, this.#times) },
      kineticScroll: { touch: true, mouse: false },
    });
    this.main = new MainSeries(this.#chart, this.#theme);
    this.indicators = new IndicatorSeries(this.#chart, this.#theme);
    this.#chart.subscribeCrosshairMove(({ point, logical, paneIndex, sourceEvent }) => {
      if (point === undefined || logical === undefined) return events.crosshair(null);
      const price = paneIndex === 0 ? this.priceAt(point.y) : null;
      events.crosshair({ place: this.#within(Math.round(logical)), price, isOwn: sourceEvent !== undefined });
    });
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange(() => events.view());
    this.#chart.timeScale().subscribeSizeChange(() => events.view());
    this.#paintTheme();
  }

  get theme(): Theme {
    return this.#theme;
  }

  get bars(): readonly ChartBar[] {
    return this.main.shown;
  }

  remove(): void {
    this.#chart.remove();
  }

  /** What axis times are, and how long a bar lasts; before the bars of another symbol or timeframe are set. */
  setTimes(times: AxisTimes, span: number): void {
    this.#times = times;
    this.#span = span;
    this.#chart.timeScale().applyOptions({ timeVisible: !times.isDaily, secondsVisible: times.hasSeconds });
  }

  setBars(bars: readonly ChartBar[], from: number): void {
    this.main.setBars(bars, from, this.#times);
    this.#events.view();
  }

  setIndicator(id: string, rows: readonly (readonly (number | null)[])[], from: number): void {
    this.indicators.set(id, rows, from, this.main.shown, this.#times, this.#span);
  }

  /** Sets the form of the bars. A new series gets what hung on the one before. */
  setForm(type: ChartType, hasVolume: boolean): void {
    const isNew = this.main.setType(type);
    this.main.setVolume(hasVolume);
    if (!isNew) return;
    const { api } = this.main;
    this.lines.attach(api);
    for (const primitive of this.#primitives) api.attachPrimitive(primitive);
    this.#markers = createSeriesMarkers(api, [...this.#marks]);
  }

  addPrimitive(primitive: ISeriesPrimitive): void {
    this.#primitives.push(primitive);
    this.main.api.attachPrimitive(primitive);
  }

  setMarks(marks: readonly SeriesMarker<Time>[]): void {
    this.#marks = marks;
    this.#markers?.setMarkers([...marks]);
  }

  /** The closes of other symbols, one for each bar. */
  setCompares(all: readonly { readonly colour: string; readonly values: readonly (number | null)[] }[]): void {
    while (this.#compares.length > all.length) {
      const removed = this.#compares.pop();
      if (removed !== undefined) this.#chart.removeSeries(removed);
    }
    for (const [nth, { colour, values }] of all.entries()) {
      const series = (this.#compares[nth] ??= this.#chart.addSeries(
        LineSeries,
        { lineWidth: 2, priceLineVisible: false, crosshairMarkerVisible: false },
        0,
      ));
      series.applyOptions({ color: this.#theme.token(colour) });
      series.setData(
        this.main.shown.map((bar, place) => {
          const value = values[place] ?? null;
          const time = axisTime(bar, this.#times);
          return value === null ? { time } : { time, value };
        }),
      );
    }
  }

  setScale(scale: Scale): void {
    this.#chart.priceScale("right", 0).applyOptions({ mode: MODES[scale] });
  }

  /** Reads the tokens again and paints everything in them. */
  setTheme(): void {
    this.#theme = readTheme();
    this.#paintTheme();
    this.main.setTheme(this.#theme);
  }

  /** Lets the library move the chart by pointer, or keeps it still while something on it is dragged. */
  setMovable(isMovable: boolean): void {
    this.#chart.applyOptions({ handleScroll: isMovable, handleScale: isMovable });
  }

  yOf = (price: number): number | null => this.main.api.priceToCoordinate(price);
  priceAt = (y: number): number | null => this.main.api.coordinateToPrice(y);
  xOf = (place: number): number | null => this.#chart.timeScale().logicalToCoordinate(place as Logical);
  placeAt = (x: number): number | null => this.#chart.timeScale().coordinateToLogical(x);
  xOfTime = (at: number): number | null => this.xOf(placeOfTime(this.bars, at, this.#span));

  timeAt(x: number): number | null {
    const place = this.placeAt(x);
    return place === null ? null : timeOfPlace(this.bars, place, this.#span);
  }

  /** The text of a bar's time. */
  timeText = (bar: Pick<ChartBar, "at">): string => barTime(axisTime(bar, this.#times), this.#times);
  axisTime = (bar: Pick<ChartBar, "at">): Time => axisTime(bar, this.#times);

  /** The size of the main pane without axes. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this.#chart.timeScale().width(), height: this.#chart.panes()[0]?.getHeight() ?? 0 };
  }

  barWidth = (): number => (this.xOf(1) ?? 0) - (this.xOf(0) ?? 0);

  /** Where each pane begins, from the top of the chart. */
  paneTops(): readonly number[] {
    let top = 0;
    return this.#chart.panes().map((pane) => {
      const at = top;
      top += pane.getHeight() + 1;
      return at;
    });
  }

  /** The places of the first and the last bar that are seen; null without bars. */
  visible(): { readonly from: number; readonly to: number } | null {
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    if (range === null || this.bars.length === 0) return null;
    return { from: this.#within(Math.ceil(range.from)), to: this.#within(Math.floor(range.to)) };
  }

  /** How many bars there are before the first that is seen; negative when empty space is seen there. */
  barsBefore(): number {
    return this.#chart.timeScale().getVisibleLogicalRange()?.from ?? Infinity;
  }

  showCrosshair(place: number, price: number): void {
    const bar = this.bars[place];
    if (bar !== undefined) this.#chart.setCrosshairPosition(price, this.axisTime(bar), this.main.api);
  }

  hideCrosshair(): void {
    this.#chart.clearCrosshairPosition();
  }

  /** Moves what is seen by some bars; positive is later. */
  pan(bars: number): void {
    const scale = this.#chart.timeScale();
    scale.scrollToPosition(scale.scrollPosition() + bars, false);
  }

  zoom(direction: 1 | -1): void {
    const scale = this.#chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (range === null) return;
    const length = (range.to - range.from) * (direction === 1 ? 1 / ZOOM : ZOOM);
    scale.setVisibleLogicalRange({ from: range.to - length, to: range.to });
  }

  /** Shows the newest bars in the usual size. */
  showNewest(): void {
    const last = this.bars.length - 1;
    this.#chart.timeScale().setVisibleLogicalRange({ from: last - this.#shownAtOnce(), to: last + RIGHT_OFFSET });
    this.autoscale();
  }

  showAll(): void {
    this.#chart.timeScale().fitContent();
    this.autoscale();
  }

  /** Shows the bar at a place in the middle. */
  show(place: number): void {
    const half = this.#shownAtOnce() / 2;
    this.#chart.timeScale().setVisibleLogicalRange({ from: place - half, to: place + half });
  }

  /** Scales prices to the bars that are seen, after the user has scaled them. */
  autoscale(): void {
    this.#chart.priceScale("right", 0).applyOptions({ autoScale: true });
  }

  /** The place of the bar that a time is in; -1 before the first. */
  placeOf(at: number): number {
    const place = placeOf(this.bars, at);
    return this.bars[place]?.at === at ? place : place - 1;
  }

  screenshot(): HTMLCanvasElement {
    return this.#chart.takeScreenshot(true);
  }

  /** A phone shows fewer bars, each as wide as on a large screen. */
  #shownAtOnce(): number {
    return Math.max(30, Math.min(BARS_SHOWN, Math.round(this.size.width / 7)));
  }

  #within(place: number): number {
    return Math.max(0, Math.min(this.bars.length - 1, place));
  }

  #paintTheme(): void {
    const theme = this.#theme;
    const line = theme.token("--line");
    const label = theme.token("--line-strong");
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: theme.token("--surface") },
        textColor: theme.token("--ink-2"),
        fontFamily: theme.fontFamily,
        fontSize: theme.fontSize,
        panes: { separatorColor: line, separatorHoverColor: theme.faded("--accent", 0.3) },
      },
      grid: {
        vertLines: { color: theme.faded("--line", theme.isContrast ? 0.3 : 0.6) },
        horzLines: { color: theme.faded("--line", theme.isContrast ? 0.3 : 0.6) },
      },
      crosshair: {
        vertLine: { color: theme.token("--ink-3"), labelBackgroundColor: label },
        horzLine: { color: theme.token("--ink-3"), labelBackgroundColor: label },
      },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line },
    });
  }
}
