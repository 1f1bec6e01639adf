/** The benchmark's requests: a steady market that neither drifts nor grows, the same for a seed. */

import { seededRandom } from "../test/rig/random.ts";

export interface FlowShape {
  readonly accounts: number;
  readonly symbols: readonly string[];
}

/** One request: an order, or the cancel of an order that rests far from the market. */
export type FlowRequest =
  | { readonly kind: "order"; readonly account: number; readonly far: boolean; readonly body: string }
  | { readonly kind: "cancel"; readonly account: number; readonly orderId: string };

/** Quantity of each order, in shares. */
const QTY = "1";
const BID = "99.99";
const ASK = "100.01";
const FAR_BID = "90.00";
/**
 * One round per symbol. What rests at the bid is sold to a step later, what rests at the ask is bought: whoever comes
 * first rests and the other takes, so every pair trades whatever the order of arrival, and the book stays thin.
 */
const ROUND = ["bid", "ask", "hit", "lift", "far", "ask", "bid", "lift", "hit", "cancel"] as const;
type Step = (typeof ROUND)[number];

/** Far orders that rest at most per account; beyond it the next step cancels instead. */
const FAR_MAX = 50;

export class OrderFlow {
  readonly #shape: FlowShape;
  readonly #prefix: string;
  readonly #random: () => number;
  #next = 0;
  /** Ids of resting far orders by account, oldest first. */
  readonly #far: string[][];

  /** `prefix` makes the client order ids of one flow its own. */
  constructor(shape: FlowShape, prefix: string, seed: number) {
    this.#shape = shape;
    this.#prefix = prefix;
    this.#random = seededRandom(seed);
    this.#far = Array.from({ length: shape.accounts }, () => []);
  }

  next(): FlowRequest {
    const number = this.#next++;
    const { accounts, symbols } = this.#shape;
    const symbol = symbols[number % symbols.length] ?? "";
    const round = Math.floor(number / symbols.length);
    const step = ROUND[round % ROUND.length] ?? "bid";
    const account = Math.floor(this.#random() * accounts);
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

  /** A far order was acknowledged and may be cancelled later. */
  rests(account: number, orderId: string): void {
    this.#far[account]?.push(orderId);
  }

  #order(number: number, symbol: string, step: Step): string {
    return JSON.stringify({
      symbol,
      side: step === "ask" || step === "hit" ? "sell" : "buy",
      type: "limit",
      time_in_force: "gtc",
      qty: QTY,
      limit_price: step === "bid" || step === "hit" ? BID : step === "far" || step === "cancel" ? FAR_BID : ASK,
      client_order_id: `${this.#prefix}-${number}`,
    });
  }
}
