/** Traders that trade with each other continuously, during all faults. */
import { requireInstrument } from "../../domain/market/listing.ts";
import { seededRandom } from "../rig/random.ts";
import type { Trader } from "../rig/traders.ts";
import { Acknowledged } from "./acknowledged.ts";
import type { Command, Resting } from "./acknowledged.ts";
import type { BatchOptions, Client } from "./client.ts";

export const SYMBOLS = ["AAPL", "F", "SPY"] as const;

/** Concurrent requests of one trader. */
const LOOPS = 8;
/** Open orders of a loop; beyond this it cancels the oldest, so that the size of the books is bounded. */
const OPEN_MAX = 8;

/** Share of the requests that are batches, and the most orders in one. */
const BATCH_SHARE = 0.15;
const BATCH_ORDERS_MAX = 12;

/** Batches that are sent again after a kill. */
const REMEMBERED_MAX = 20;

interface Batch extends BatchOptions {
  readonly trader: Trader;
  readonly commands: readonly Command[];
}

export class Traffic {
  readonly #client: Client;
  readonly #traders: readonly Trader[];
  readonly #random: () => number;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  #next = 0;
  /** Orders that were acknowledged here. */
  #orders = 0;
  #stopped = false;
  #loops: Promise<void[]> = Promise.resolve([]);
  #failure: Error | null = null;
  /** Answered batches with a key, and those that are to be sent again. */
  #answered: Batch[] = [];
  readonly #again: Batch[] = [];
  readonly acknowledged: Acknowledged;
  /** Answered batches that were sent again after a kill, and batches that were refused as a whole. */
  readonly counts = { batches: 0, batchesAgain: 0, batchesRefused: 0, replaces: 0 };

  constructor(client: Client, traders: readonly Trader[], seed: number, acknowledged = new Acknowledged()) {
    this.#client = client;
    this.#traders = traders;
    this.#random = seededRandom(seed);
    this.acknowledged = acknowledged;
  }

  start(): void {
    this.#stopped = false;
    const loops = this.#traders.flatMap((trader) => Array.from({ length: LOOPS }, () => this.#loop(trader)));
    this.#loops = Promise.all(loops);
  }

  /** The exchange was killed: batches that it has answered before are sent again, with the same key. */
  killed(): void {
    this.#again.push(...this.#answered.splice(0));
  }

  /** Waits until `more` further orders are acknowledged. Throws the error of the traffic, if any. */
  async waitForOrders(more: number): Promise<void> {
    const count = this.#orders + more;
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
    const open: Resting[] = [];
    try {
      while (!this.#stopped) {
        const again = this.#again.pop();
        if (again !== undefined) {
          this.counts.batchesAgain++;
          await this.#send(again);
        } else if (this.#random() < BATCH_SHARE) await this.#batch(trader, open);
        else if (open.length > OPEN_MAX || this.#random() < 0.1) await this.#cancel(trader, open.shift());
        else open.push(...(await this.#place(trader)));
      }
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error("traffic failed", { cause: error });
      this.#stopped = true;
    }
    this.#tell();
  }

  async #cancel(trader: Trader, order: Resting | undefined): Promise<void> {
    if (order === undefined) return;
    if (await this.#client.cancel(trader, order.orderId)) this.acknowledged.canceled.add(order.orderId);
  }

  /** Places several orders and replaces and cancels others in one request, sometimes all or none. */
  async #batch(trader: Trader, open: Resting[]): Promise<void> {
    const key = this.#random() < 0.5 ? `crash-batch-${++this.#next}` : null;
    const commands: Command[] = [];
    const target = (): Resting | null => (this.#random() < 0.7 ? (open.shift() ?? null) : null);
    const [canceled, replaced] = [target(), target()];
    if (canceled !== null) commands.push(cancelOf(canceled));
    // With a key, an order without a client order id has that of its place.
    const named = () =>
      key === null ? { id: `crash-${++this.#next}`, sent: true } : { id: `${key}-${commands.length}`, sent: false };
    if (replaced !== null) commands.push(replaceOf(this.#random, replaced, named()));
    const orders = this.between(2, BATCH_ORDERS_MAX);
    for (let nth = 0; nth < orders; nth++) {
      const { id, sent } = named();
      const { client_order_id: _, ...unnamed } = this.#order(trader, id);
      const fields = { action: "place", ...unnamed, ...(sent ? { client_order_id: id } : {}) };
      commands.push({ action: "place", target: null, clientOrderId: id, fields });
    }
    const batch: Batch = { trader, commands, key, allOrNone: this.#random() < 0.4 };
    const { resting, notExecuted } = await this.#send(batch);
    open.push(...resting, ...notExecuted.flatMap((command) => command.target ?? []));
    this.counts.batches++;
    if (notExecuted.length > 0) this.counts.batchesRefused++;
    else if (replaced !== null) this.counts.replaces++;
    if (key !== null && this.#answered.length < REMEMBERED_MAX) this.#answered.push(batch);
  }

  async #send(batch: Batch) {
    const { trader, commands, allOrNone } = batch;
    const fields = commands.map((command) => command.fields);
    const outcomes = await this.#client.batch(trader, fields, batch);
    const before = this.acknowledged.placed.length;
    const taken = this.acknowledged.takeAll(trader, commands, outcomes, allOrNone);
    this.#acknowledge(this.acknowledged.placed.length - before);
    return taken;
  }

  /** Places an order; returns it if it rests. */
  async #place(trader: Trader): Promise<readonly Resting[]> {
    const clientOrderId = `crash-${++this.#next}`;
    const fields = this.#order(trader, clientOrderId);
    const command: Command = { action: "place", target: null, clientOrderId, fields };
    // A client may send the same order twice concurrently.
    const copies = this.#random() < 0.05 ? 2 : 1;
    const answers = await Promise.all(Array.from({ length: copies }, () => this.#client.submit(trader, fields)));
    const outcomes = answers.map((body) => ({ status: 200, body }));
    const { resting } = this.acknowledged.takeAll(
      trader,
      answers.map(() => command),
      outcomes,
      false,
    );
    this.#acknowledge(1);
    return resting.slice(0, 1);
  }

  #order(trader: Trader, clientOrderId: string) {
    return randomOrder(this.#random, this.#traders.indexOf(trader), clientOrderId);
  }

  #acknowledge(orders: number): void {
    this.#orders += orders;
    this.#tell();
  }

  #tell(): void {
    for (const waiting of this.#waiting.splice(0)) {
      if (this.#orders >= waiting.count || this.#failure !== null) waiting.resolve();
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
  // At least a dollar for the cheapest symbol.
  const qty = (between(100_000, 1_000_000) / 1_000_000).toFixed(6);
  const symbol = SYMBOLS[between(0, SYMBOLS.length - 1)] ?? SYMBOLS[0];
  // A trader uses one side of a symbol, because of self-trade prevention.
  const side = (trader + SYMBOLS.indexOf(symbol)) % 2 === 0 ? "buy" : "sell";
  const common = { symbol, side, qty, client_order_id: clientOrderId };
  if (kind < 0.06) return { ...common, type: "market", time_in_force: "day" };
  const limit = { ...common, type: "limit", limit_price: randomPrice(random, symbol) };
  return { ...limit, time_in_force: kind < 0.15 ? "ioc" : kind < 0.3 ? "day" : "gtc" };
}

/** A price near the reference price. */
function randomPrice(random: () => number, symbol: string): string {
  const cents = Math.floor(random() * 7) - 3;
  return (requireInstrument(symbol).referencePrice / 10_000 + cents / 100).toFixed(2);
}

/** A replace of the limit price. Its client order id is on the wire if it is `sent`. */
export function replaceOf(
  random: () => number,
  target: Resting,
  { id, sent }: { readonly id: string; readonly sent: boolean },
): Command {
  const fields = { action: "replace", order_id: target.orderId, limit_price: randomPrice(random, target.symbol) };
  const named = sent ? { ...fields, client_order_id: id } : fields;
  return { action: "replace", target, clientOrderId: id, fields: named };
}

export function cancelOf(target: Resting): Command {
  return { action: "cancel", target, clientOrderId: "", fields: { action: "cancel", order_id: target.orderId } };
}
