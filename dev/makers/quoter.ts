/** One market maker: quotes its symbols around their fair prices, through the public API. */
import { PRICE_DECIMALS, formatDecimal, parseDecimal } from "../../domain/decimal.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { Refused } from "../api.ts";
import type { NewOrder, Order } from "../api.ts";
import { changes, wantedQuotes } from "./ladder.ts";
import type { LiveQuote, Quote } from "./ladder.ts";
import type { Participant } from "./participant.ts";
import { seededRandom } from "./random.ts";
import type { Random } from "./random.ts";
import type { PriceWalk } from "./walk.ts";

const STEP_MS_MIN = 1_000;
const STEP_MS_MAX = 2_000;
const RECONCILE_MS = 4_000;
/** The most cancels, and the most new orders, of one step of one symbol. */
const CHANGES_MAX = 3;
/** Of the first step: three levels of each side, so that every symbol is soon quoted; the others follow. */
const FIRST_CHANGES_MAX = 6;
/** Probability that a step without changes replaces a quote by one of another size. */
const REFRESH_CHANCE = 0.3;
/** Dollars of the nearest quote, plus or minus half, and what each level behind it has more. */
const NEAREST_DOLLARS = 30_000;
const LEVEL_DOLLARS = 12_000;

interface Book {
  readonly instrument: Instrument;
  readonly walk: PriceWalk;
  readonly random: Random;
  /** Resting quotes as last known, by client order id. */
  readonly live: Map<string, LiveQuote>;
  shares: number;
}

/** Quotes until the gate is stopped. The caller cancels the quotes. */
export async function runQuoter(self: Participant, symbols: readonly string[]): Promise<void> {
  const books = new Map(symbols.map((symbol) => [symbol, openBook(self, symbol)]));
  await self.gate.run(() => self.api.cancelAllOrders(self.key));
  await Promise.all([reconcileForever(self, books), ...[...books.values()].map((book) => quoteForever(self, book))]);
}

function openBook(self: Participant, symbol: string): Book {
  const walk = self.walks.get(symbol);
  if (walk === undefined) throw new Error(`no price walk for ${symbol}`);
  const random = seededRandom(self.seed, `quotes:${symbol}`);
  return { instrument: requireInstrument(symbol), walk, random, live: new Map(), shares: self.homeOf(symbol) };
}

async function quoteForever(self: Participant, book: Book): Promise<never> {
  for (let first = true; ; first = false) {
    await step(self, book, first ? FIRST_CHANGES_MAX : CHANGES_MAX);
    await self.gate.pause(book.random.integer(STEP_MS_MIN, STEP_MS_MAX));
  }
}

async function step(self: Participant, book: Book, limit: number): Promise<void> {
  const { instrument, live, random } = book;
  const fair = book.walk.step();
  const home = self.homeOf(instrument.symbol);
  const skew = Math.max(-1, Math.min(1, (book.shares - home) / (home / 2)));
  const wanted = wantedQuotes(instrument, fair, skew);
  const refresh = random.next() < REFRESH_CHANCE ? [...live.values()][random.integer(0, live.size - 1)] : undefined;
  const planned = changes(instrument, fair, wanted, [...live.values()], limit);
  const idle = planned.cancel.length === 0 && planned.place.length === 0;
  const cancel = idle && refresh !== undefined ? [refresh] : planned.cancel;
  await Promise.all(cancel.map((quote) => cancelQuote(self, book, quote)));
  const { place } = idle ? changes(instrument, fair, wanted, [...live.values()], 1) : planned;
  await Promise.all(place.map((quote) => placeQuote(self, book, quote)));
}

async function cancelQuote(self: Participant, { live }: Book, quote: LiveQuote): Promise<void> {
  try {
    await self.gate.run(() => self.api.cancelOrder(self.key, quote.orderId));
  } catch (error) {
    // It was filled meanwhile.
    if (!(error instanceof Refused)) throw error;
  }
  for (const [clientOrderId, each] of live) if (each.orderId === quote.orderId) live.delete(clientOrderId);
}

async function placeQuote(self: Participant, { instrument, live, random }: Book, quote: Quote): Promise<void> {
  const dollars = (NEAREST_DOLLARS + quote.level * LEVEL_DOLLARS) * (0.5 + random.next());
  const size = Math.max(1, Math.round((dollars * 10_000) / quote.price));
  const order: NewOrder = {
    symbol: instrument.symbol,
    side: quote.side,
    type: "limit",
    time_in_force: "gtc",
    extended_hours: true,
    qty: String(size),
    limit_price: formatDecimal(quote.price, PRICE_DECIMALS),
    // The cancel of a quote that crosses may still be pending.
    advanced_instructions: { self_trade_prevention: "cancel_oldest" },
    client_order_id: self.nextOrderId(),
  };
  try {
    const placed = await self.gate.run(() => self.api.submitOrder(self.key, order));
    live.set(order.client_order_id, { orderId: placed.id, side: quote.side, price: quote.price });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    self.log(`${order.symbol} ${order.side} ${order.qty} at ${order.limit_price}: ${error.message}`);
  }
}

/** Reads open orders from the account: some were filled, and some were accepted without an answer. */
async function reconcileForever(self: Participant, books: ReadonlyMap<string, Book>): Promise<never> {
  for (;;) {
    await self.gate.pause(RECONCILE_MS);
    const before = new Map([...books.values()].map((book) => [book, new Set(book.live.keys())]));
    const open = await self.gate.run(() => self.api.openOrders(self.key));
    const openIds = new Set(open.map((order) => order.client_order_id));
    for (const [book, known] of before) {
      for (const clientOrderId of known) if (!openIds.has(clientOrderId)) book.live.delete(clientOrderId);
    }
    for (const order of open) {
      const book = books.get(order.symbol);
      // Open before the request and not in its answer: filled or cancelled.
      if (book !== undefined && before.get(book)?.has(order.client_order_id) !== true) adopt(book, order);
    }
    const positions = await self.gate.run(() => self.api.positions(self.key));
    for (const { symbol, qty } of positions) {
      const book = books.get(symbol);
      if (book !== undefined) book.shares = Number(qty);
    }
  }
}

function adopt(book: Book, order: Order): void {
  if (order.limit_price === null || book.live.has(order.client_order_id)) return;
  const price = parseDecimal(order.limit_price, PRICE_DECIMALS);
  if (typeof price !== "number") return;
  book.live.set(order.client_order_id, { orderId: order.id, side: order.side, price });
}
