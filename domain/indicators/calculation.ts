/** A bar as indicators read it: prices in dollars, quantities in shares or coins. */
export interface IndicatorBar {
  /** When the bar begins, in epoch milliseconds. */
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** The average price of its trades, weighted by quantity. */
  readonly vwap: number;
}

/** A value for each output of an indicator, in the order of the outputs; null while there are too few bars. */
export type Values = readonly (number | null)[];

/** Takes the next bar, or with `replace` a newer form of the last one, whose older form then has no effect. */
export type Step = (bar: IndicatorBar, replace: boolean) => Values;

/** The number of the session that a time is in: the trading day of a share, the UTC day of a coin. */
export type SessionOf = (at: number) => number;

/** A state after the last bar and after the one before, so that the last bar can be replaced. */
export class Committed<State> {
  #before: State;
  #now: State;

  constructor(initial: State) {
    this.#before = initial;
    this.#now = initial;
  }

  /** The state that this bar follows. */
  before(replace: boolean): State {
    return replace ? this.#before : this.#now;
  }

  /** Sets the state after this bar. */
  set(state: State, replace: boolean): void {
    this.#before = this.before(replace);
    this.#now = state;
  }
}
