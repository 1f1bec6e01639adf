/** Traders that trade with each other continuously, during all faults. */
import { requireInstrument } from "../../domain/market/listing.ts";
import { seededRandom } from "../rig/random.ts";
import type { Trader } from "../rig/traders.ts";
import type { Client, Order } from "./client.ts";

export const SYMBOLS = ["AAPL", "F", "SPY"] as const;

/** Concurrent requests of one trader. */
const LOOPS = 8;
/** Open orders of a loop; beyond this it cancels the oldest, so that the size of the books is bounded. */
const OPEN_MAX = 8;

/** Share of the requests that are batches, and the most orders in one. */
const BATCH_SHARE = 0.15;
const BATCH_ORDERS_MAX = 12;

const OPEN = new Set(["pending_new", "new", "partially_filled"]);

/** An order that the exchange acknowledged. */
export interface Placed {
  readonly trader: Trader;
  readonly clientOrderId: string;
  readonly orderId: string;
}

export class Traffic {
  readonly #client: Client;
  readonly #traders: readonly Trader[];
  readonly #random: () => number;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  #next = 0;
  #stopped = false;
  #loops: Promise<void[]> = Promise.resolve([]);
  #failure: Error | null = null;
  readonly placed: Placed[] = [];

  constructor(client: Client, traders: readonly Trader[], seed: number) {
    this.#client = client;
    this.#traders = traders;
    this.#random = seededRandom(seed);
  }

  start(): void {
    this.#stopped = false;
    const loops = this.#traders.flatMap((trader) => Array.from({ length: LOOPS }, () => this.#loop(trader)));
    this.#loops = Promise.all(loops);
  }

  /** Waits until `more` further orders are acknowledged. Throws the error of the traffic, if any. */
  async acknowledged(more: number): Promise<void> {
    const count = this.placed.length + more;
    await new Promise<void>((resolve) => {
      this.#waiting.push({ count, resolve });
      this.#tell();
    });
    this.#throwFailure();
  }

  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  /** Stops after the last response. Throws the error of the traffic, if any. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loops;
    this.#throwFailure();
  }

  async #loop(trader: Trader): Promise<void> {
    const open: string[] = [];
    try {
      while (!this.#stopped) {
        const orderId = open.length > OPEN_MAX || this.#random() < 0.1 ? open.shift() : undefined;
        if (this.#random() < BATCH_SHARE) {
          const cancels = orderId === undefined ? [] : [orderId];
          for (const order of await this.#batch(trader, cancels)) if (OPEN.has(order.status)) open.push(order.id);
        } else if (orderId !== undefined) await this.#client.cancel(trader, orderId);
        else {
          const order = await this.#place(trader);
          if (OPEN.has(order.status)) open.push(order.id);
        }
      }
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error("traffic failed", { cause: error });
      this.#stopped = true;
    }
    this.#tell();
  }

  /** Places several orders and cancels others in one request, sometimes all or none. */
  async #batch(trader: Trader, cancels: readonly string[]): Promise<Order[]> {
    const orders = Array.from({ length: this.between(2, BATCH_ORDERS_MAX) }, () => this.#order(trader));
    const commands = [
      ...cancels.map((id) => ({ action: "cancel", order_id: id })),
      ...orders.map((order) => ({ action: "place", ...order })),
    ];
    // A cancel of an order that is already closed would refuse all of it.
    const placed = await this.#client.batch(trader, commands, cancels.length === 0 && this.#random() < 0.5);
    for (const [nth, { id }] of placed.entries()) {
      this.placed.push({ trader, clientOrderId: orders[nth]?.client_order_id ?? "", orderId: id });
    }
    this.#tell();
    return placed;
  }

  async #place(trader: Trader): Promise<Order> {
    const order = this.#order(trader);
    // A client may send the same order twice concurrently.
    const copies = this.#random() < 0.05 ? 2 : 1;
    const answers = await Promise.all(Array.from({ length: copies }, () => this.#client.submit(trader, order)));
    const [first] = answers;
    if (first === undefined || answers.some(({ id }) => id !== first.id)) {
      throw new Error(`one client order id, several orders: ${JSON.stringify(answers)}`);
    }
    this.placed.push({ trader, clientOrderId: order.client_order_id, orderId: first.id });
    this.#tell();
    return first;
  }

  #order(trader: Trader) {
    return randomOrder(this.#random, this.#traders.indexOf(trader), `crash-${++this.#next}`);
  }

  #tell(): void {
    for (const waiting of this.#waiting.splice(0)) {
      if (this.placed.length >= waiting.count || this.#failure !== null) waiting.resolve();
      else this.#waiting.push(waiting);
    }
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

/**
 * An order of the trader with this index. Prices cross half of the time; quantities have six decimals, so that notionals
 * need rounding.
 */
export function randomOrder(random: () => number, trader: number, clientOrderId: string) {
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const kind = random();
  const cents = between(-3, 3);
  // At least a dollar for the cheapest symbol.
  const qty = (between(100_000, 3_000_000) / 1_000_000).toFixed(6);
  const symbol = SYMBOLS[between(0, SYMBOLS.length - 1)] ?? SYMBOLS[0];
  // A trader uses one side of a symbol, because of self-trade prevention.
  const side = (trader + SYMBOLS.indexOf(symbol)) % 2 === 0 ? "buy" : "sell";
  const price = requireInstrument(symbol).referencePrice / 10_000;
  const common = { symbol, side, qty, client_order_id: clientOrderId };
  if (kind < 0.06) return { ...common, type: "market", time_in_force: "day" };
  const limit = { ...common, type: "limit", limit_price: (price + cents / 100).toFixed(2) };
  return { ...limit, time_in_force: kind < 0.15 ? "ioc" : kind < 0.3 ? "day" : "gtc" };
}
