/** The final state of a run, for comparison with the expected one of its stream. */
import type { Engine } from "../../../domain/matching/engine/engine.ts";
import {
  EVENT_SHIFT,
  EVENT_SHIFT_F64,
  PRICE,
  QTY,
  SUBJECT,
  TAKER,
  TRADED,
  WHAT,
  kindOf,
} from "../../../domain/matching/engine/events.ts";
import type { Ladder } from "../../../domain/matching/engine/ladder.ts";
import { HASH_START, hashTrade } from "./stream.ts";
import type { Expected, Stream } from "./stream.ts";

/** Computes it from all events of a run and the book. */
export function outcomeOf({ events, bids, asks }: Engine): Expected {
  const { i32, f64 } = events;
  let trades = 0;
  let tradeHash = HASH_START | 0;
  let tradedQty = 0;
  let notional = 0;
  for (let e = 0; e < events.count; e++) {
    if (kindOf(i32[(e << EVENT_SHIFT) + WHAT]) !== TRADED) continue;
    const price = i32[(e << EVENT_SHIFT) + PRICE];
    const f = e << EVENT_SHIFT_F64;
    const qty = f64[f + QTY];
    trades++;
    tradedQty += qty;
    notional += price * qty;
    tradeHash = hashTrade(tradeHash, f64[f + SUBJECT], f64[f + TAKER], price, qty);
  }
  const resting = bids.size + asks.size;
  const restingQty = (displayed(bids) + displayed(asks)) % 2 ** 32;
  return { trades, tradeHash, tradedQty, notional, resting, bestBid: best(bids), bestAsk: best(asks), restingQty };
}

/** Throws when a run has not ended as the stream expects. */
export function checkOutcome({ name, expected }: Stream, found: Expected): void {
  if (expected === null) return;
  const wrong = differences(expected, found);
  if (wrong.length > 0) throw new Error(`${name} did not end as it must: ${wrong.join(", ")}`);
}

/** Describes the fields that differ. */
export function differences(expected: Expected, found: Partial<Expected>): string[] {
  return Object.entries(found).flatMap(([field, value]) => {
    const wanted = expected[field as keyof Expected];
    return value === wanted ? [] : [`${field} is ${value}, not ${wanted}`];
  });
}

function displayed(ladder: Ladder): number {
  let sum = 0;
  for (let level = ladder.best; level >= 0; level = ladder.worse(level)) sum += ladder.total(level, false);
  return sum;
}

function best(ladder: Ladder): number {
  return ladder.best < 0 ? 0 : ladder.price(ladder.best);
}
