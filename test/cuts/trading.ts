/** Two traders that keep several books changing at a steady rate. */
import { setTimeout as sleep } from "node:timers/promises";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { Client } from "../crash/client.ts";
import { seededRandom } from "../rig/random.ts";
import type { Trader } from "../rig/traders.ts";

/** Open orders of a symbol; beyond this the oldest are canceled. */
const OPEN_MAX = 60;
/** How far from the middle an order rests, in cents. */
const DISTANCE_MAX = 40;
/** Share of the rounds in which a symbol trades, and in which an order is replaced. */
const TRADE_SHARE = 0.45;
const REPLACE_SHARE = 0.25;

type Fields = Readonly<Record<string, string>>;

export class SteadyTrading {
  readonly #client: Client;
  readonly #maker: Trader;
  readonly #taker: Trader;
  readonly #symbols: readonly string[];
  readonly #random: () => number;
  readonly #open = new Map<string, string[]>();
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  rounds = 0;

  constructor(client: Client, [maker, taker]: readonly [Trader, Trader], symbols: readonly string[], seed: number) {
    [this.#client, this.#maker, this.#taker] = [client, maker, taker];
    this.#symbols = symbols;
    this.#random = seededRandom(seed);
  }

  /** Every symbol changes so often a second. */
  start(perSecond: number): void {
    this.#running = this.#run(1_000 / perSecond);
  }

  /** Stops after the last answer. Throws the error of the trading, if any. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(everyMs: number): Promise<void> {
    for (let next = performance.now(); !this.#stopped; next = Math.max(next + everyMs, performance.now())) {
      await sleep(Math.max(0, next - performance.now()));
      await this.#round();
      this.rounds++;
    }
  }

  async #round(): Promise<void> {
    const [making, taking]: [Fields[], Fields[]] = [[], []];
    const resting: string[] = [];
    for (const symbol of this.#symbols) {
      const open = this.#open.get(symbol) ?? [];
      this.#open.set(symbol, open);
      if (open.length > OPEN_MAX) making.push({ action: "cancel", order_id: open.shift() ?? "" });
      if (open.length > 0 && this.#random() < REPLACE_SHARE) {
        const [orderId = ""] = open.splice(Math.floor(this.#random() * open.length), 1);
        making.push({ action: "replace", order_id: orderId, qty: String(this.#between(1, 30)) });
        resting.push(symbol);
      }
      const side = this.#random() < 0.5 ? "buy" : "sell";
      const qty = String(this.#between(1, 30));
      making.push(this.#order(symbol, side, qty, "gtc", this.#between(1, DISTANCE_MAX)));
      resting.push(symbol);
      if (this.#random() < TRADE_SHARE)
        taking.push(this.#order(symbol, side === "buy" ? "sell" : "buy", qty, "ioc", -DISTANCE_MAX));
    }
    const named = (fields: Fields[]) =>
      fields.map((each, nth) =>
        each["action"] === "cancel"
          ? each
          : { ...each, client_order_id: `cuts-${this.rounds}-${nth}-${fields === making ? "m" : "t"}` },
      );
    const options = { allOrNone: false, key: null };
    const outcomes = await this.#client.batch(this.#maker, named(making), options);
    const places = outcomes.filter((_, nth) => making[nth]?.["action"] !== "cancel");
    places.forEach(({ status, body }, nth) => {
      if (status === 200) this.#open.get(resting[nth] ?? "")?.push((body as { id: string }).id);
    });
    if (taking.length > 0) await this.#client.batch(this.#taker, named(taking), options);
  }

  /** `distance`: cents from the middle, away from the other side. */
  #order(symbol: string, side: "buy" | "sell", qty: string, timeInForce: string, distance: number): Fields {
    const middle = requireInstrument(symbol).referencePrice / 100;
    const cents = Math.round(middle) + (side === "buy" ? -distance : distance);
    return {
      action: "place",
      symbol,
      side,
      qty,
      type: "limit",
      time_in_force: timeInForce,
      limit_price: (cents / 100).toFixed(2),
    };
  }

  #between(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }
}
