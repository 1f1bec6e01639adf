/** Indicators over the bars of a chart: bar by bar where only the end changed, and from the beginning otherwise. */
import { indicatorNamed } from "../../../../../domain/indicators/catalogue.ts";
import type { IndicatorBar, SessionOf, Values } from "../../../../../domain/indicators/calculation.ts";
import { Indicator } from "../../../../../domain/indicators/indicator.ts";
import type { FromIndicators, ToIndicators, Wanted } from "./indicatorMessages.ts";

interface Run {
  readonly wanted: Wanted;
  indicator: Indicator;
  /** Bars that it has taken. */
  taken: number;
}

export class IndicatorRuns {
  readonly #sessionOf: (isShare: boolean) => SessionOf;
  #bars: IndicatorBar[] = [];
  #runs: Run[] = [];
  #isShare = true;

  constructor(sessionOf: (isShare: boolean) => SessionOf) {
    this.#sessionOf = sessionOf;
  }

  /** Takes what has changed and gives the values that have. */
  take({ version, wanted, from, bars, isShare }: ToIndicators): FromIndicators {
    this.#isShare = isShare;
    this.#bars.length = Math.min(this.#bars.length, from);
    this.#bars.push(...bars);
    if (wanted !== undefined) this.#choose(wanted);
    const values = this.#runs.map((run) => [run.wanted.id, this.#advance(run, from)] as const);
    return { version, values: Object.fromEntries(values) };
  }

  #choose(wanted: readonly Wanted[]): void {
    const same = (a: Wanted, b: Wanted): boolean => JSON.stringify(a) === JSON.stringify(b);
    this.#runs = wanted.map((one) => this.#runs.find((run) => same(run.wanted, one)) ?? this.#begin(one));
  }

  #begin(wanted: Wanted): Run {
    const definition = indicatorNamed(wanted.name);
    if (definition === undefined) throw new Error(`no indicator ${wanted.name}`);
    return {
      wanted,
      indicator: new Indicator(definition, wanted.parameters, this.#sessionOf(this.#isShare)),
      taken: 0,
    };
  }

  /** An indicator can take back its last bar only. */
  #advance(run: Run, from: number): { from: number; rows: Values[] } {
    let begin = Math.min(from, run.taken);
    if (begin < run.taken - 1) {
      run.indicator = this.#begin(run.wanted).indicator;
      run.taken = begin = 0;
    }
    const rows: Values[] = [];
    for (let nth = begin; nth < this.#bars.length; nth++) {
      const bar = this.#bars[nth] as IndicatorBar;
      rows.push(nth < run.taken ? run.indicator.replace(bar) : run.indicator.update(bar));
    }
    run.taken = this.#bars.length;
    return { from: begin, rows };
  }
}
