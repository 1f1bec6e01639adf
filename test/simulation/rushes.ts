import { phaseAt } from "../../domain/market/schedule.ts";
import { seededRandom } from "../rig/random.ts";
import { priceText, sharesText, type MarketSetup, type OrderIntent, type RandomInt } from "./orderGenerator.ts";
import type { Timeline } from "./timeline.ts";

/** An order around the beginning of a phase; `at` is in milliseconds from the start, not counting time jumps. */
export interface Rush {
  readonly id: string;
  readonly at: number;
  readonly account: string;
  readonly intent: OrderIntent;
}

/** Orders of an account around one beginning. */
const ORDERS_EACH = 5;

/**
 * Orders that cross one another around the beginnings of phases, so that envelopes and replies with orders arrive while
 * a phase is due. From a generator of its own, so that the other actions of a seed do not depend on them.
 */
export function generateRushes(
  seed: number,
  accounts: readonly string[],
  venue: MarketSetup,
  { calendar, timeJumps }: Timeline,
  latencyMs: number,
): Rush[] {
  const random = seededRandom(seed * 3_266_489_917);
  const pick: RandomInt = (below) => Math.floor(random() * below);
  if (!venue.scheduled) return [];
  return timeJumps.flatMap(({ id, at, to }) => {
    const { until } = phaseAt(calendar, to);
    const symbol = venue.symbols[pick(venue.symbols.length)] ?? "";
    if (until === null || until - to > 1_000) return [];
    const begins = at + until - to;
    return accounts.flatMap((account, nth) =>
      Array.from({ length: ORDERS_EACH }, (_, order): Rush => {
        const side = nth % 2 === 0 ? "buy" : "sell";
        const limitPrice = priceText(venue, symbol, side === "buy" ? 1 : -1);
        const qty = sharesText(symbol, 10 + pick(40));
        const intent: OrderIntent = { symbol, side, type: "limit", timeInForce: "day", qty, limitPrice };
        // Most are in flight when the phase begins.
        const when = Math.max(0, begins + latencyMs - pick(5 * latencyMs));
        return { id: `${account}r${id}.${order}`, account, at: when, intent: { ...intent, extendedHours: true } };
      }),
    );
  });
}
