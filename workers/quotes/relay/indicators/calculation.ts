import { Indicator } from "../../../../domain/indicators/indicator.ts";
import type { Values } from "../../../../domain/indicators/calculation.ts";
import { assetOf } from "../../../../domain/market/asset.ts";
import type { Bar } from "../../../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../../../domain/market/bars/barCalendar.ts";
import type { Timeframe } from "../../../../domain/market/bars/timeframe.ts";
import { indicatorBar, SESSION_BARS_MAX } from "../../../../protocol/mapping/indicators.ts";
import type { ReadBars } from "../../indicators/indicatorPage.ts";
import type { IndicatorSpec } from "./spec.ts";

const MINUTES: Timeframe = { unit: "minute", count: 1 };
const SESSION_MAX_MS = 25 * 3_600_000;
/** After more missed bars than these the calculation begins again. */
const MISSED_BARS_MAX = 100;

/**
 * An indicator that follows the bars of the tape: it begins with the bars before that its values depend on, and then takes
 * each bar once. What it takes is always read of the tape, so no bar that this relay has missed is left out.
 */
export class Calculation {
  readonly #spec: IndicatorSpec;
  readonly #read: ReadBars;
  readonly #sessionOf: (at: number) => number;
  #indicator: Indicator | null = null;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(spec: IndicatorSpec, read: ReadBars) {
    this.#spec = spec;
    this.#read = read;
    const calendar = new BarCalendar(assetOf(spec.symbol));
    this.#sessionOf = (at) => calendar.dayOf(at);
  }

  /** The values with the bar that begins at this time; null when the tape does not have it. */
  async at(at: number): Promise<Values | null> {
    if (this.#indicator === null || at < this.#lastAt) return this.#begin(at);
    // The newest bar that it has may have got a late trade since.
    const range = { from: this.#lastAt, to: at, limit: MISSED_BARS_MAX, descending: false };
    const bars = await this.#read({ timeframe: MINUTES, ...range });
    if (bars[0]?.at !== this.#lastAt || bars.at(-1)?.at !== at) return this.#begin(at);
    let values: Values = [];
    for (const bar of bars) {
      const next = indicatorBar(this.#spec.symbol, bar);
      values = bar.at === this.#lastAt ? this.#indicator.replace(next) : this.#indicator.update(next);
    }
    this.#lastAt = at;
    return values;
  }

  /** Begins with the bars before this one. A bar that changes after later ones leaves no state. */
  async #begin(at: number): Promise<Values | null> {
    const { definition, parameters, symbol } = this.#spec;
    const isLate = at < this.#lastAt;
    this.#indicator = null;
    const indicator = new Indicator(definition, parameters, this.#sessionOf);
    const bars = await this.#through(at);
    if (bars.at(-1)?.at !== at) return null;
    let values: Values = [];
    for (const bar of bars) values = indicator.update(indicatorBar(symbol, bar));
    if (isLate) return values;
    this.#indicator = indicator;
    this.#lastAt = at;
    return values;
  }

  /** The bar of a time, after those that its values depend on. */
  async #through(at: number): Promise<readonly Bar[]> {
    const { definition, parameters } = this.#spec;
    const isOfSession = definition.countedFrom === "session";
    const limit = isOfSession ? SESSION_BARS_MAX : definition.settled(parameters);
    const range = { from: isOfSession ? at - SESSION_MAX_MS : 0, to: at, limit, descending: true };
    const bars = (await this.#read({ timeframe: MINUTES, ...range })).toReversed();
    return isOfSession ? bars.filter((bar) => this.#sessionOf(bar.at) === this.#sessionOf(at)) : bars;
  }
}
