/** Small orders against the makers' quotes, so that trades print all the time. */
import { PRICE_DECIMALS, formatDecimal } from "../../domain/decimal.ts";
import { tickSize } from "../../domain/market/instrument.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { Refused } from "../api.ts";
import type { Api, Key, NewOrder } from "../api.ts";
import type { Gate } from "./gate.ts";
import { seededRandom } from "./random.ts";
import type { Random } from "./random.ts";
import type { PriceWalk } from "./walk.ts";

const TRADE_MS_MIN = 200;
const TRADE_MS_MAX = 700;
const POSITIONS_MS = 10_000;
const MARKET_ORDER_CHANCE = 0.7;
/** A limit order goes this far through the fair price, so that it usually trades. */
const LIMIT_THROUGH = 0.0005;
const TRADE_DOLLARS_MAX = 4_000;

export interface TakerDeps {
  readonly api: Api;
  readonly gate: Gate;
  readonly key: Key;
  readonly seed: number;
  readonly walks: ReadonlyMap<string, PriceWalk>;
  readonly nextOrderId: () => string;
  readonly log: (line: string) => void;
  readonly homeShares: number;
}

/** Trades until the gate is stopped. */
export async function runTaker(deps: TakerDeps): Promise<void> {
  const shares = new Map<string, number>();
  await deps.gate.run(() => deps.api.cancelAllOrders(deps.key));
  await Promise.all([watchPositions(deps, shares), tradeForever(deps, shares)]);
}

async function tradeForever(deps: TakerDeps, shares: ReadonlyMap<string, number>): Promise<never> {
  const random = seededRandom(deps.seed, "taker");
  const symbols = [...deps.walks.keys()];
  for (;;) {
    await deps.gate.pause(random.integer(TRADE_MS_MIN, TRADE_MS_MAX));
    const symbol = symbols[random.integer(0, symbols.length - 1)] ?? "";
    const owned = shares.get(symbol) ?? deps.homeShares;
    const order = {
      ...takerOrder(random, symbol, deps.walks, owned / deps.homeShares),
      client_order_id: deps.nextOrderId(),
    };
    try {
      await deps.gate.run(() => deps.api.submitOrder(deps.key, order));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      deps.log(`${order.symbol} ${order.side} ${order.qty}: ${error.message}`);
    }
  }
}

/** The more stock compared with home (1), the more it sells: so neither side runs out in days of trading. */
export function takerOrder(
  random: Random,
  symbol: string,
  walks: ReadonlyMap<string, PriceWalk>,
  stock: number,
): Omit<NewOrder, "client_order_id"> {
  const instrument = requireInstrument(symbol);
  const fair = walks.get(symbol)?.price() ?? instrument.referencePrice;
  const sell = random.next() < Math.max(0, Math.min(1, 0.5 + (stock - 1)));
  const qty = Math.max(1, Math.round(random.next() * ((TRADE_DOLLARS_MAX * 10_000) / fair)));
  const side = sell ? "sell" : "buy";
  if (random.next() < MARKET_ORDER_CHANCE) {
    return { symbol, side, type: "market", time_in_force: "day", qty: String(qty) };
  }
  const tick = tickSize(instrument, fair);
  const price = Math.round((fair * (sell ? 1 - LIMIT_THROUGH : 1 + LIMIT_THROUGH)) / tick) * tick;
  const limit_price = formatDecimal(price, PRICE_DECIMALS);
  return { symbol, side, type: "limit", time_in_force: "ioc", qty: String(qty), limit_price };
}

async function watchPositions(deps: TakerDeps, shares: Map<string, number>): Promise<never> {
  for (;;) {
    const positions = await deps.gate.run(() => deps.api.positions(deps.key));
    for (const { symbol, qty } of positions) shares.set(symbol, Number(qty));
    await deps.gate.pause(POSITIONS_MS);
  }
}
