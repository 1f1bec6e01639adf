/** The trades of one symbol in the order of their numbers, and what follows from them: volume at price, and pace. */
import type { Trade } from "../feed/messages.ts";

/** Trades that are kept one by one; volumes are of all. */
const KEPT = 10_000;
const TRIMMED = 2_000;
const UNITS = 10_000;

/** A price in 1/10,000 dollar, which is exact. */
export const unitsOf = (price: number): number => Math.round(price * UNITS);

export interface Volume {
  readonly buy: number;
  readonly sell: number;
  /** Of auctions, where no side arrives. */
  readonly none: number;
}

const NO_VOLUME: Volume = { buy: 0, sell: 0, none: 0 };

export const totalOf = ({ buy, sell, none }: Volume): number => buy + sell + none;

function plus(volume: Volume, { side, size }: Pick<Trade, "side" | "size">): Volume {
  const key = side ?? "none";
  return { ...volume, [key]: volume[key] + size };
}

/** Numbers of trades have no gaps: one that is missing has been lost on the way and is read again. */
export class TradeLog {
  #trades: Trade[] = [];
  #volumes = new Map<number, Volume>();
  #busiest = 0;

  /** Oldest first. */
  get trades(): readonly Trade[] {
    return this.#trades;
  }

  /** By price in 1/10,000 dollar, the volume since `since`. */
  get volumes(): ReadonlyMap<number, Volume> {
    return this.#volumes;
  }

  /** The largest volume of a price. */
  get busiest(): number {
    return this.#busiest;
  }

  /** When the oldest known trade happened; null without trades. */
  get since(): number | null {
    return this.#trades[0]?.at ?? null;
  }

  /** Adds newer trades, oldest first. False when some between them and the last one are missing. */
  add(trades: readonly Trade[]): boolean {
    let isWhole = true;
    for (const trade of trades) {
      const last = this.#trades.at(-1);
      if (last !== undefined && trade.id <= last.id) continue;
      if (last !== undefined && trade.id > last.id + 1) isWhole = false;
      this.#trades.push(trade);
      this.#count(trade);
    }
    if (this.#trades.length > KEPT + TRIMMED) this.#trades.splice(0, this.#trades.length - KEPT);
    return isWhole;
  }

  /** Puts trades that were read into their places among those that came by themselves. */
  fill(trades: readonly Trade[]): void {
    const byId = new Map([...trades, ...this.#trades].map((trade) => [trade.id, trade]));
    this.#trades = [...byId.values()].sort((a, b) => a.id - b.id).slice(-KEPT);
    this.#volumes = new Map();
    this.#busiest = 0;
    for (const trade of this.#trades) this.#count(trade);
  }

  /** Forgets everything before a time: a new trading day has begun. */
  begin(at: number): void {
    const kept = this.#trades.filter((trade) => trade.at >= at);
    this.#trades = [];
    this.fill(kept);
  }

  #count(trade: Trade): void {
    const units = unitsOf(trade.price);
    const volume = plus(this.#volumes.get(units) ?? NO_VOLUME, trade);
    this.#volumes.set(units, volume);
    this.#busiest = Math.max(this.#busiest, totalOf(volume));
  }
}

export interface Pace {
  readonly trades: number;
  readonly volume: Volume;
}

/** Trades and volume of the last `span` milliseconds. `trades`: oldest first. */
export function paceOf(trades: readonly Trade[], now: number, span: number): Pace {
  let volume = NO_VOLUME;
  let count = 0;
  for (let nth = trades.length - 1; nth >= 0; nth--) {
    const trade = trades[nth];
    if (trade === undefined || trade.at <= now - span) break;
    count++;
    volume = plus(volume, trade);
  }
  return { trades: count, volume };
}

/** The share of buyers in the volume that has a side; null when there is none. */
export function buyShare({ buy, sell }: Volume): number | null {
  return buy + sell === 0 ? null : buy / (buy + sell);
}
