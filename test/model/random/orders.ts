import { PRICE_MAX } from "../../../domain/market/instrument.ts";
import { combines } from "../../../domain/order/instructions.ts";
import type { OrderInstruction as MatrixCondition } from "../../../domain/order/instructions.ts";
import type { NewOrderCommand, Leg } from "../../../domain/matching/messages.ts";
import type { SelfTrade, Terms, Trigger } from "../../../domain/order/terms.ts";
import type { Cell, Condition } from "./cells.ts";
import type { Random } from "./random.ts";

/** Prices of a day: few, so that orders match, or the whole range. */
export interface PriceGrid {
  readonly middle: number;
  readonly step: number;
  readonly wide?: true;
}

export const SELF_TRADE: readonly SelfTrade[] = ["cancel_newest", "cancel_oldest", "cancel_both", "decrement"];

/** A random order of a cell, as it would be sent at `now`. */
export function randomOrder(
  random: Random,
  cell: Cell,
  grid: PriceGrid,
  idOf: (role: string) => string,
  now: number,
  moment: number,
): NewOrderCommand {
  const { type, timeInForce, orderClass } = cell;
  const side = random.pick(["buy", "sell"] as const);
  const qty = random.whole(1, 30);
  const steps = random.whole(-4, 4) + random.whole(-2, 2);
  const market = type === "market" || type === "stop" || type === "trailing_stop" || type === "market_if_touched";
  const ends = timeInForce === "day" || timeInForce === "gtd" || (timeInForce === "cls" && random.chance(0.5));
  const trigger = triggerOf(random, cell, grid);
  const byCash = !grid.wide && combinesNotional(cell) && random.chance(0.4);
  const may = (asked: MatrixCondition) => combines(asked, type, timeInForce, orderClass);
  return {
    kind: "new",
    orderId: idOf(""),
    side,
    qty: byCash ? qty + 30 : qty,
    timeInForce,
    market,
    ...(byCash ? { cash: random.whole(1, Math.ceil((40 * grid.middle) / 1_000_000)) } : {}),
    price: grid.wide ? widePrice(random, side) : priceAt(grid, steps + (market ? (side === "buy" ? 3 : -3) : 0)),
    // Some have expired before they arrive.
    expiresAt: ends ? now + random.whole(random.chance(0.02) ? -1 : 1, 400) * moment : null,
    ...(trigger === null ? {} : { trigger }),
    ...(random.chance(0.5) ? { within: withinOf(random, grid) } : {}),
    ...termsOf(random, cell.condition, qty, grid),
    ...(may("self_trade_prevention") && random.chance(0.5) ? { selfTrade: random.pick(SELF_TRADE) } : {}),
    ...(may("extended_hours") && random.chance(0.35) ? { extended: true as const } : {}),
    ...(orderClass === "simple" ? {} : { orderClass, legs: legsOf(random, cell, side, grid, idOf) }),
  };
}

/** A price limit that some prices of the grid exceed. */
export function withinOf(random: Random, grid: PriceGrid): number {
  if (grid.wide) return random.pick([500, 5_000]);
  return Math.ceil((random.whole(1, 5) * grid.step * 10_000) / grid.middle);
}

/** Whether an order of a cell may be a notional order. */
function combinesNotional({ type, timeInForce, orderClass, condition }: Cell): boolean {
  return condition === "none" && combines("notional", type, timeInForce, orderClass);
}

/** A price of the grid, more likely near its middle. */
export function priceOf(random: Random, grid: PriceGrid): number {
  return grid.wide ? widePrice(random, null) : priceAt(grid, random.whole(-4, 4) + random.whole(-2, 2));
}

/** A price of the whole range: buys usually below the geometric middle, sells above. */
function widePrice(random: Random, side: "buy" | "sell" | null): number {
  const half = (Math.log(PRICE_MAX) / 2) * random.next();
  const above = side === null || random.chance(0.05) ? random.chance(0.5) : side === "sell";
  const price = Math.round(Math.sqrt(PRICE_MAX) * Math.exp(above ? half : -half));
  return price > DOLLAR ? Math.round(price / CENT) * CENT : price;
}

/** The price this many ticks above the middle. From a dollar up a tick is a cent. */
function priceAt({ middle, step }: PriceGrid, steps: number): number {
  const price = middle + steps * step;
  return price > DOLLAR && step < CENT ? DOLLAR + (price - DOLLAR) * CENT : price;
}

const DOLLAR = 10_000;
const CENT = 100;

export function triggerOf(random: Random, { type }: Pick<Cell, "type">, grid: PriceGrid): Trigger | null {
  if (type === "limit" || type === "market") return null;
  if (type !== "trailing_stop") {
    return { kind: type === "market_if_touched" ? "touch" : "stop", price: priceOf(random, grid) };
  }
  return random.chance(0.5)
    ? { kind: "trail", amount: random.whole(1, 4) * grid.step }
    : { kind: "trail", basisPoints: Math.ceil((random.whole(1, 4) * grid.step * 10_000) / grid.middle) };
}

function termsOf(random: Random, condition: Condition, qty: number, grid: PriceGrid): Partial<Terms> {
  const offset = grid.step < CENT || random.chance(0.6) ? 0 : random.whole(1, 3) * grid.step;
  const alsoHidden = random.chance(0.15) ? { display: 0 } : {};
  switch (condition) {
    case "none":
      return {};
    case "post_only":
      return { postOnly: true };
    case "reserve":
      return { display: random.whole(1, 8) };
    case "hidden":
      return { display: 0 };
    // These orders are hidden anyway, so `hidden` makes no difference.
    case "min_qty":
      return { minQty: random.whole(1, qty), ...alsoHidden };
    case "all_or_none":
      return { allOrNone: true, ...alsoHidden };
    case "primary":
    case "mid":
      return { peg: { to: condition, offset }, ...alsoHidden };
  }
}

/** Exits around the middle, sometimes on the wrong side of each other, so that they could match. */
function legsOf(
  random: Random,
  { orderClass }: Cell,
  side: "buy" | "sell",
  grid: PriceGrid,
  idOf: (role: string) => string,
): Leg[] {
  const up = side === "buy" ? 1 : -1;
  const target = priceAt(grid, up * random.whole(-1, 4));
  const below = -up * random.whole(-1, 4);
  const stop = priceAt(grid, below);
  const mode = random.chance(0.4) ? { selfTrade: random.pick(SELF_TRADE) } : {};
  const exit: Leg = { role: "take_profit", orderId: idOf("p"), price: target, ...mode };
  const guard: Leg = random.chance(0.5)
    ? { role: "stop_loss", orderId: idOf("s"), stop, price: priceAt(grid, below - up * 3), ...mode }
    : {
        role: "stop_loss",
        orderId: idOf("s"),
        stop,
        price: priceAt(grid, below - up * random.whole(0, 2)),
        limit: true,
        ...mode,
      };
  if (orderClass === "bracket") return [exit, guard];
  if (orderClass === "oto") return [random.chance(0.5) ? exit : guard];
  // The stop of an oco is on the order's own side.
  const beside = up * random.whole(-1, 4);
  return [{ ...guard, stop: priceAt(grid, beside), price: priceAt(grid, beside + up * random.whole(0, 3)) }];
}
