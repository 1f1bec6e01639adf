/**
 * What changed in an account over a time. Cash is in 1/10,000 dollar, quantities are in lots of their symbol. The
 * movements after a moment, taken off what the account has now, give what it had then.
 */
export interface Movement {
  /** The trading day (numbered from 1970-01-01), or the time of the last change in epoch milliseconds. */
  readonly at: number;
  /** By how much cash has grown, with everything below. */
  readonly cash: number;
  /** What was paid for trades in fees. */
  readonly fees: number;
  readonly flows: readonly FlowTotal[];
  readonly trades: readonly TradeTotal[];
}

/** What entered (or, negative, left) the account without a trade. */
export interface FlowTotal {
  /** Type of the activity: `CSD`, `JNLS` and so on. */
  readonly type: string;
  /** Null for cash. */
  readonly symbol: string | null;
  /** Cash, or lots of the symbol. */
  readonly amount: number;
  /** What the lots cost their owner; 0 for cash. */
  readonly cost: number;
}

/** The trades in one symbol. */
export interface TradeTotal {
  readonly symbol: string;
  /** By how much the position has grown. */
  readonly qty: number;
  /** Cash that was paid and received, without fees. */
  readonly bought: number;
  readonly sold: number;
  /** Gain or loss of the lots that were sold. */
  readonly realized: number;
  readonly fees: number;
}

/** A movement as it is stored and sent. A later release may add values at the end of any of these. */
export type SavedMovement = readonly [
  at: number,
  cash: number,
  fees: number,
  flows: readonly (readonly [type: string, symbol: string | null, amount: number, cost: number])[],
  trades: readonly (readonly [
    symbol: string,
    qty: number,
    bought: number,
    sold: number,
    realized: number,
    fees: number,
  ])[],
];

export function saveMovement({ at, cash, fees, flows, trades }: Movement): SavedMovement {
  return [
    at,
    cash,
    fees,
    flows.map(({ type, symbol, amount, cost }) => [type, symbol, amount, cost]),
    trades.map((of) => [of.symbol, of.qty, of.bought, of.sold, of.realized, of.fees]),
  ];
}

export function readMovement([at, cash, fees, flows, trades]: SavedMovement): Movement {
  return {
    at,
    cash,
    fees,
    flows: flows.map(([type, symbol, amount, cost]) => ({ type, symbol, amount, cost })),
    trades: trades.map(([symbol, qty, bought, sold, realized, paid]) => {
      return { symbol, qty, bought, sold, realized, fees: paid };
    }),
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds up a movement. */
export class MovementSum {
  readonly #flows = new Map<string, Mutable<FlowTotal>>();
  readonly #trades = new Map<string, Mutable<TradeTotal>>();
  at: number;
  #cash = 0;
  #fees = 0;

  constructor(at: number) {
    this.at = at;
  }

  /** The number of symbols, kinds of flows and fees. */
  get size(): number {
    return this.#flows.size + this.#trades.size + (this.#fees === 0 ? 0 : 1);
  }

  addTrade(trade: TradeTotal): void {
    this.#cash += trade.sold - trade.bought;
    const sum = this.#trades.get(trade.symbol);
    if (sum === undefined) return void this.#trades.set(trade.symbol, { ...trade });
    sum.qty += trade.qty;
    sum.bought += trade.bought;
    sum.sold += trade.sold;
    sum.realized += trade.realized;
    sum.fees += trade.fees;
  }

  /** Cash that was paid in fees; those of a trade are part of it, too. */
  addFee(amount: number): void {
    this.#cash -= amount;
    this.#fees += amount;
  }

  addFlow(flow: FlowTotal): void {
    if (flow.symbol === null) this.#cash += flow.amount;
    const key = `${flow.type} ${flow.symbol ?? ""}`;
    const sum = this.#flows.get(key);
    if (sum === undefined) return void this.#flows.set(key, { ...flow });
    sum.amount += flow.amount;
    sum.cost += flow.cost;
  }

  /** Adds a later movement. */
  add(movement: Movement): void {
    this.at = movement.at;
    for (const flow of movement.flows) this.addFlow(flow);
    for (const trade of movement.trades) this.addTrade(trade);
    this.addFee(movement.fees);
  }

  movement(): Movement {
    const [flows, trades] = [[...this.#flows.values()], [...this.#trades.values()]];
    return { at: this.at, cash: this.#cash, fees: this.#fees, flows, trades };
  }
}
