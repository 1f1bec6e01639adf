/** The benchmark's seeded requests: a market with constant price and depth. */

import { formatDecimal, PRICE_DECIMALS } from "../domain/decimal.ts";
import { requireInstrument } from "../domain/market/listing.ts";
import { seededRandom } from "../test/rig/random.ts";

export interface FlowShape {
  /**
   * An even number: each account trades on one side of a symbol, because orders of one account do not trade with each
   * other.
   */
  readonly accounts: number;
  readonly symbols: readonly string[];
}

/** One request: an order, or the cancel of an order that rests far from the market. */
export type FlowRequest =
  | { readonly kind: "order"; readonly account: number; readonly far: boolean; readonly body: string }
  | { readonly kind: "cancel"; readonly account: number; readonly orderId: string };

/** Commands of one account, sent in one request. */
export interface FlowBatch {
  readonly kind: "batch";
  readonly account: number;
  readonly commands: readonly FlowRequest[];
  readonly body: string;
}

/** Quantity of each order, in shares. */
const QTY = "1";
/** Prices in cents from the instrument's reference price; far orders are a tenth below it. */
const CENT = 100;

interface Prices {
  readonly bid: string;
  readonly ask: string;
  readonly far: string;
}

function pricesOf(symbol: string): Prices {
  const { referencePrice } = requireInstrument(symbol);
  const text = (price: number) => formatDecimal(price, PRICE_DECIMALS);
  const far = Math.floor((referencePrice * 9) / 10 / CENT) * CENT;
  return { bid: text(referencePrice - CENT), ask: text(referencePrice + CENT), far: text(far) };
}

/**
 * One round per symbol. Each order is followed by one of the other side at the same price. The first of a pair rests
 * and the second trades with it, in any order of arrival, so the book stays thin.
 */
const ROUND = ["bid", "ask", "hit", "lift", "far", "ask", "bid", "lift", "hit", "cancel"] as const;
type Step = (typeof ROUND)[number];

/** Most resting far orders per account; beyond that the next step cancels one. */
const FAR_MAX = 50;

export class OrderFlow {
  readonly #shape: FlowShape;
  readonly #prefix: string;
  readonly #random: () => number;
  #next = 0;
  /** Ids of resting far orders by account, oldest first. */
  readonly #far: string[][];
  /** Requests that wait for their batch, by account. */
  readonly #gathered: FlowRequest[][];

  /** `prefix` is the prefix of the flow's client order ids. */
  constructor(shape: FlowShape, prefix: string, seed: number) {
    this.#shape = shape;
    this.#prefix = prefix;
    this.#random = seededRandom(seed);
    this.#far = Array.from({ length: shape.accounts }, () => []);
    this.#gathered = Array.from({ length: shape.accounts }, () => []);
  }

  next(): FlowRequest {
    const number = this.#next++;
    const { accounts, symbols } = this.#shape;
    const symbol = symbols[number % symbols.length] ?? "";
    const round = Math.floor(number / symbols.length);
    const step = ROUND[round % ROUND.length] ?? "bid";
    const sells = step === "ask" || step === "hit";
    // Sides are swapped for every other symbol, so that no account runs out of cash.
    const parity = (sells ? 1 : 0) ^ ((number % symbols.length) & 1);
    const account = 2 * Math.floor((this.#random() * accounts) / 2) + parity;
    const resting = this.#far[account] ?? [];
    if (step === "cancel" || (step === "far" && resting.length > FAR_MAX)) {
      const orderId = resting.shift();
      if (orderId !== undefined) return { kind: "cancel", account, orderId };
    }
    return {
      kind: "order",
      account,
      far: step === "far" || step === "cancel",
      body: this.#order(number, symbol, step),
    };
  }

  /** The next requests of one account as a batch: the same flow, in which each account gathers what it sends. */
  nextBatch(size: number): FlowBatch {
    for (;;) {
      const request = this.next();
      const commands = this.#gathered[request.account] ?? [];
      commands.push(request);
      if (commands.length < size) continue;
      this.#gathered[request.account] = [];
      return { kind: "batch", account: request.account, commands, body: batchBody(commands) };
    }
  }

  /** A far order was acknowledged and may be cancelled later. */
  rests(account: number, orderId: string): void {
    this.#far[account]?.push(orderId);
  }

  #order(number: number, symbol: string, step: Step): string {
    const { bid, ask, far } = pricesOf(symbol);
    return JSON.stringify({
      symbol,
      side: step === "ask" || step === "hit" ? "sell" : "buy",
      type: "limit",
      time_in_force: "gtc",
      qty: QTY,
      limit_price: step === "bid" || step === "hit" ? bid : step === "far" || step === "cancel" ? far : ask,
      client_order_id: `${this.#prefix}-${number}`,
    });
  }
}

function batchBody(commands: readonly FlowRequest[]): string {
  return `{"commands":[${commands.map(commandText).join(",")}]}`;
}

/** A request as a command of a batch or a frame. */
export function commandText(request: FlowRequest): string {
  if (request.kind === "cancel") return `{"action":"cancel","order_id":"${request.orderId}"}`;
  return `{"action":"place",${request.body.slice(1)}`;
}
