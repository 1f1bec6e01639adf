import type { Side } from "../../domain/order/side.ts";
import type { BookCommand, NewOrderCommand, ReplaceCommand } from "../../domain/matching/messages.ts";
import { RULES } from "../../domain/matching/rules.ts";
import { NaiveMarket } from "../model/naiveMarket/market.ts";
import type { SentReport } from "../model/naiveMarket/world.ts";
import { RealMarket } from "../model/realMarket.ts";
import { viewOf } from "../model/view.ts";
import type { View } from "../model/view.ts";

/** Each case runs on both markets, as written and with buy and sell exchanged. */
export const TEST_BOOKS = [
  ["the market", false],
  ["the market, sides exchanged", true],
  ["the naive market", false],
  ["the naive market, sides exchanged", true],
] as const;

type Terms = Partial<NewOrderCommand>;

/** Prices are mirrored at this price when the sides are exchanged. */
const MIDDLE = 100;

/** A market for short cases. Reports are short lines, such as `maker<taker qty@price` for a trade. */
export class TestBook {
  readonly #market: NaiveMarket | RealMarket;
  readonly #mirrored: boolean;
  #now = 0;

  constructor(name: string, mirrored: boolean, rules = RULES) {
    this.#market = name.startsWith("the naive") ? new NaiveMarket("AAPL", rules) : new RealMarket("AAPL", rules);
    this.#mirrored = mirrored;
  }

  buy(orderId: string, qty: number, price: number, more: Terms = {}): string[] {
    return this.#enter("buy", orderId, qty, price, more);
  }

  sell(orderId: string, qty: number, price: number, more: Terms = {}): string[] {
    return this.#enter("sell", orderId, qty, price, more);
  }

  /** The account of an order is the first letter of its id, unless another one is given. */
  cancel(orderId: string, by = orderId.slice(0, 1)): string[] {
    return this.#send(by, { kind: "cancel", orderId });
  }

  replace(
    orderId: string,
    newOrderId: string,
    terms: Pick<ReplaceCommand, "qty" | "price">,
    by = orderId.slice(0, 1),
  ): string[] {
    const price = terms.price === undefined ? {} : { price: this.#price(terms.price) };
    return this.#send(by, { kind: "replace", orderId, newOrderId, ...terms, ...price });
  }

  /** Displayed orders of both sides, best first: `order qty@price`. */
  book(): { bids: string[]; asks: string[] } {
    const view: View = this.#market instanceof NaiveMarket ? viewOf(this.#market) : this.#market.view();
    const lines = (side: Side) =>
      view.shown[this.#side(side)].map(({ orderId, qty, price }) => `${orderId} ${qty}@${this.#price(price)}`);
    return { bids: lines("buy"), asks: lines("sell") };
  }

  /** Advances the clock: orders that are due expire. */
  expire(now: number): string[] {
    this.#now = now;
    return this.#lines(this.#market.enter({ kind: "expire" }, now));
  }

  /** The market follows the current rules from now on. */
  follow(): void {
    this.#market.enter({ kind: "rules", version: RULES }, ++this.#now);
  }

  #enter(side: Side, orderId: string, qty: number, price: number, more: Terms): string[] {
    const trigger =
      more.trigger?.kind === "stop" ? { trigger: { ...more.trigger, price: this.#price(more.trigger.price) } } : {};
    return this.#send(orderId.slice(0, 1), {
      kind: "new",
      orderId,
      qty,
      market: false,
      timeInForce: "gtc",
      expiresAt: null,
      ...more,
      ...trigger,
      side: this.#side(side),
      price: this.#price(price),
    });
  }

  #send(by: string, command: BookCommand): string[] {
    const reports = this.#market.apply(`account/${by}`, command, ++this.#now);
    return this.#lines(reports);
  }

  #lines(reports: readonly SentReport[]): string[] {
    return reports.flatMap((each, nth) => this.#line(each, reports[nth + 1]) ?? []);
  }

  #line({ report }: SentReport, next: SentReport | undefined): string | null {
    const { orderId } = report;
    switch (report.kind) {
      case "accepted":
      case "triggered":
      case "activated":
        return `${orderId} ${report.kind}`;
      case "fill":
        if (report.liquidity === "taker") return null;
        return `${orderId}<${next?.report.orderId} ${report.qty}@${this.#price(report.price)}`;
      case "replaced":
      case "replace_rejected":
        return `${orderId} ${report.kind} ${report.newOrderId}`;
      case "restated":
        return `${orderId} restated ${report.qty}`;
      case "closed":
        return `${orderId} ${report.reason ?? report.cause}`;
    }
  }

  #side(side: Side): Side {
    return this.#mirrored ? (side === "buy" ? "sell" : "buy") : side;
  }

  #price(price: number): number {
    return this.#mirrored ? 2 * MIDDLE - price : price;
  }
}
