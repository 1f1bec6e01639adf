import type { Side } from "../../domain/order/side.ts";
import type { Indicative, MarketStatus, Phase } from "../../domain/market/phase.ts";
import type { NaiveMarket } from "./naiveMarket/market.ts";
import { left } from "./naiveMarket/order.ts";

/** A displayed order at its price. */
export interface Shown {
  readonly orderId: string;
  readonly price: number;
  readonly qty: number;
}

/** The views of a market that are compared. Lists are best first. */
export interface View {
  readonly phase: Phase;
  readonly levels: Readonly<Record<Side, readonly { price: number; qty: number }[]>>;
  readonly shown: Readonly<Record<Side, readonly Shown[]>>;
  readonly indicative: Indicative | null;
  /** Quantity left of each open order, including those that wait; null for a market without this view. */
  readonly alive: ReadonlyMap<string, number> | null;
  /** Increases with every visible change; 0 for a market without a sequence. */
  readonly sequence: number;
  readonly status: MarketStatus;
}

/** Displayed lots by price. */
export function levelsOf(shown: readonly Shown[]): { price: number; qty: number }[] {
  const levels: { price: number; qty: number }[] = [];
  for (const { price, qty } of shown) {
    const last = levels.at(-1);
    if (last?.price === price) last.qty += qty;
    else levels.push({ price, qty });
  }
  return levels;
}

export function viewOf(market: NaiveMarket): View {
  const side = (name: Side): Shown[] =>
    market
      .parts(name)
      .filter(({ rank }) => rank === "displayed")
      .map(({ order, qty }) => ({ orderId: order.orderId, price: order.at, qty }));
  const shown = { buy: side("buy"), sell: side("sell") };
  return {
    phase: market.world.phase,
    levels: { buy: levelsOf(shown.buy), sell: levelsOf(shown.sell) },
    shown,
    indicative: market.indicative(),
    alive: new Map(market.world.orders.map((order) => [order.orderId, left(order)])),
    sequence: 0,
    status: market.status(),
  };
}
