import type { Instrument } from "../market/instrument.ts";
import type { MarketStatus } from "../market/phase.ts";
import type { BookState, LastTrade, NumberedTrade } from "../matching/bookState.ts";
import type { SideNumber } from "../matching/engine/engine.ts";
import { NONE } from "../matching/engine/priceIndex.ts";

/** Displayed price levels that a paper book reads of each side. */
export const DEPTH_LEVELS = 50;
/** Orders of a side that are read one by one; what is behind them at a level is read as one. */
const ORDERS_MAX = 200;

/** A displayed level: its price, and the lots of its orders in priority order. */
export interface LiveLevel {
  readonly price: number;
  readonly orders: readonly number[];
  /** The ref of each of these orders. Missing in readings of earlier releases. */
  readonly refs?: readonly number[];
}

/** What a paper book reads of a live book: one consistent state, and the trades since the previous reading. */
export interface LiveMarket {
  /** Sequence of the live book in this state. */
  readonly sequence: number;
  /** Trades after the sequence that was asked for, oldest first. */
  readonly trades: readonly NumberedTrade[];
  /** False when earlier trades are missing, because the live book stores only the newest ones. */
  readonly complete: boolean;
  readonly status: MarketStatus;
  readonly last: LastTrade | null;
  /** The reference of price limits (OB-38); null when the live book has not needed one yet. */
  readonly limitAnchor: BookState["limitAnchor"];
  readonly instrument: Instrument;
  /** Every order that arrives later has this ref or a higher one. Missing in readings of earlier releases. */
  readonly nextRef?: number;
  /** The best DEPTH_LEVELS displayed levels of each side, best first. */
  readonly bids: readonly LiveLevel[];
  readonly asks: readonly LiveLevel[];
}

/** Reads a live book after this sequence. Changes nothing. */
export function readLiveMarket(live: Readonly<BookState>, after: number): LiveMarket {
  const { sequence, status, last, limitAnchor, instrument, recent, forgottenThrough, nextRef } = live;
  // The newest trades are wanted, and usually few.
  let from = recent.length;
  while (from > 0 && (recent[from - 1]?.sequence ?? 0) > after) from--;
  return {
    sequence,
    trades: recent.slice(from),
    complete: after >= forgottenThrough,
    status,
    last,
    limitAnchor,
    instrument,
    nextRef,
    bids: depthOf(live, 0),
    asks: depthOf(live, 1),
  };
}

function depthOf(live: Readonly<BookState>, side: SideNumber): LiveLevel[] {
  const ladder = live.ladder(side);
  const found: LiveLevel[] = [];
  let single = ORDERS_MAX;
  for (let level = ladder.best; level !== NONE && found.length < DEPTH_LEVELS; level = ladder.worse(level)) {
    if (ladder.count(level, false) === 0) continue;
    const orders: number[] = [];
    const refs: number[] = [];
    let rest = ladder.total(level, false);
    let slot = ladder.head(level, false);
    for (; slot !== NONE && single > 0; slot = ladder.next(slot)) {
      const leaves = live.engine.orders.leaves(slot);
      orders.push(leaves);
      refs.push(live.engine.orders.ref(slot));
      single--;
      rest -= leaves;
    }
    if (slot !== NONE) {
      orders.push(rest);
      refs.push(live.engine.orders.ref(slot));
    }
    found.push({ price: live.price(ladder.price(level)), orders, refs });
  }
  return found;
}
