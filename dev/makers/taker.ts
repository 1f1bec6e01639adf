/** Sends small orders against the makers' quotes, so that there are always trades. */
import { PRICE_DECIMALS, formatDecimal } from "../../domain/decimal.ts";
import { tickSize } from "../../domain/market/instrument.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { Refused } from "../api.ts";
import type { NewOrder } from "../api.ts";
import type { Participant } from "./participant.ts";
import { seededRandom } from "./random.ts";
import type { Random } from "./random.ts";
import type { PriceWalk } from "./walk.ts";

const TRADE_MS_MIN = 200;
const TRADE_MS_MAX = 700;
const POSITIONS_MS = 10_000;
/** Delay after a refusal because the market is closed, which lasts a night or a weekend. */
const REFUSED_MS = 15_000;
/** Of the trades, those in the symbols that are listed first: some markets are busier than others. */
const BUSY_SHARE = 0.5;
const BUSY_SYMBOLS = 5;
const MARKET_ORDER_CHANCE = 0.7;
/** How far a limit order crosses the fair price, so that it usually trades. */
const LIMIT_THROUGH = 0.0005;
const TRADE_DOLLARS_MAX = 4_000;

/** Trades until the gate is stopped. */
export async function runTaker(self: Participant): Promise<void> {
  const shares = new Map<string, number>();
  await self.gate.run(() => self.api.cancelAllOrders(self.key));
  await Promise.all([watchPositions(self, shares), tradeForever(self, shares)]);
}

async function tradeForever(self: Participant, shares: ReadonlyMap<string, number>): Promise<never> {
  const random = seededRandom(self.seed, "taker");
  const symbols = [...self.walks.keys()];
  for (;;) {
    await self.gate.pause(random.integer(TRADE_MS_MIN, TRADE_MS_MAX));
    const among = random.next() < BUSY_SHARE ? Math.min(BUSY_SYMBOLS, symbols.length) : symbols.length;
    const symbol = symbols[random.integer(0, among - 1)] ?? "";
    const home = self.homeOf(symbol);
    const owned = shares.get(symbol) ?? home;
    const order = {
      ...takerOrder(random, symbol, self.walks, owned / home),
      client_order_id: self.nextOrderId(),
    };
    try {
      await self.gate.run(() => self.api.submitOrder(self.key, order));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      self.log(`${order.symbol} ${order.side} ${order.qty}: ${error.message}`);
      await self.gate.pause(REFUSED_MS);
    }
  }
}

/** The probability of a sell increases with the inventory relative to its target (1), so that neither side runs out. */
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
    // Not day: outside regular hours thousands of day orders would be accepted and wait for the opening.
    return { symbol, side, type: "market", time_in_force: "ioc", qty: String(qty) };
  }
  const tick = tickSize(instrument, fair);
  const price = Math.round((fair * (sell ? 1 - LIMIT_THROUGH : 1 + LIMIT_THROUGH)) / tick) * tick;
  const limit_price = formatDecimal(price, PRICE_DECIMALS);
  return { symbol, side, type: "limit", time_in_force: "ioc", qty: String(qty), limit_price };
}

async function watchPositions(self: Participant, shares: Map<string, number>): Promise<never> {
  for (;;) {
    const positions = await self.gate.run(() => self.api.positions(self.key));
    for (const { symbol, qty } of positions) shares.set(symbol, Number(qty));
    await self.gate.pause(POSITIONS_MS);
  }
}
