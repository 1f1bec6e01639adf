/** What the chart says in words: the bar at the crosshair, and a summary of what is seen. */
import * as numbers from "../../format/numbers.ts";
import { CHART } from "../../text/en/chart.ts";
import type { ChartController } from "./controller.ts";
import { type ChartBar } from "./model/bars.ts";
import { drawnOf, titleOf } from "./model/indicators.ts";
import type { ChartSettings } from "./model/settings.ts";
import { indicatorNamed } from "../../../../domain/indicators/catalogue.ts";
import { longName } from "./parts/names.ts";

/** The change of a bar against the close before it. */
export function changeOf(bars: readonly ChartBar[], place: number): { change: number; share: number } | null {
  const [bar, before] = [bars[place], bars[place - 1]];
  if (bar === undefined) return null;
  const from = before?.close ?? bar.open;
  return { change: bar.close - from, share: from === 0 ? 0 : bar.close / from - 1 };
}

export const changeText = (bars: readonly ChartBar[], place: number): string => {
  const change = changeOf(bars, place);
  return change === null ? numbers.NONE : `${numbers.signed(change.change)} (${numbers.signedPercent(change.share)})`;
};

/** A bar in a sentence, with the values of the indicators at it. */
export function barText(chart: ChartController, settings: ChartSettings, place: number): string {
  const { engine } = chart;
  const bar = engine.bars[place];
  if (bar === undefined) return CHART.noBars;
  const { price } = numbers;
  const said = CHART.readout(
    engine.timeText(bar),
    price(bar.open),
    price(bar.high),
    price(bar.low),
    price(bar.close),
    changeText(engine.bars, place),
    numbers.quantity(bar.volume),
  );
  return [said, ...indicatorTexts(chart, settings, place)].join(" ");
}

/** The values of an indicator at a bar, by what they are. */
function valuesText(chart: ChartController, name: string, id: string, place: number): string {
  const outputs = Object.keys(indicatorNamed(name)?.outputs ?? {});
  const values = chart.values(id, place);
  const shown = [...new Set(drawnOf(name).plots.map(({ output }) => output))].sort((a, b) => a - b);
  return shown
    .map((nth) => {
      const value = values[nth] ?? null;
      const text = name === "obv" ? numbers.compact(value) : numbers.price(value);
      return outputs[nth] === "value" || outputs[nth] === undefined
        ? text
        : `${outputs[nth]?.replaceAll("_", " ")} ${text}`;
    })
    .join(", ");
}

const indicatorTexts = (chart: ChartController, settings: ChartSettings, place: number): string[] =>
  settings.indicators.map((one) => CHART.summaryOf.indicator(titleOf(one), valuesText(chart, one.name, one.id, place)));

/** A move that is smaller counts as none. */
const FLAT = 0.0005;

/** What a reader would take from the bars that are seen. */
export function summaryText(chart: ChartController, settings: ChartSettings, symbol: string): string {
  const T = CHART.summaryOf;
  const { engine } = chart;
  const seen = engine.visible();
  const bars = seen === null ? [] : engine.bars.slice(seen.from, seen.to + 1);
  const [first] = bars;
  const last = bars.at(-1);
  if (seen === null || first === undefined || last === undefined) return T.none(symbol);
  const { price } = numbers;
  const lowest = bars.reduce((low, bar) => (bar.low < low.low ? bar : low), first);
  const highest = bars.reduce((high, bar) => (bar.high > high.high ? bar : high), first);
  const share = last.close / first.open - 1;
  const isFlat = Math.abs(share) < FLAT;
  return [
    T.head(symbol, longName(chart.timeframe()), bars.length, engine.timeText(first), engine.timeText(last)),
    isFlat
      ? T.flat(price(last.close))
      : T.move(
          share > 0 ? T.trend.up : T.trend.down,
          numbers.percent(Math.abs(share)),
          price(first.open),
          price(last.close),
        ),
    T.range(price(lowest.low), engine.timeText(lowest), price(highest.high), engine.timeText(highest)),
    T.last(price(last.close), numbers.compact(bars.reduce((sum, { volume }) => sum + volume, 0))),
    ...indicatorTexts(chart, settings, seen.to),
  ].join(" ");
}
