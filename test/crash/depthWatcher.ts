/** A client of both depth channels of one symbol, which resumes after every disconnect and verifies every element. */
import { DepthCopy, type DepthFrameElement } from "../../protocol/mapping/testing.ts";
import type { Trader } from "../rig/traders.ts";
import { ResumedStream } from "./resumed.ts";

/** Allowed messages besides the elements. */
const CONTROL = ["success", "subscription", "own_orders"];

type Element = DepthFrameElement & { readonly own?: readonly { readonly id: number; readonly order_id: string }[] };

export class DepthWatcher {
  readonly stream: ResumedStream;
  readonly depth = new DepthCopy();
  readonly orders = new DepthCopy();
  /** The account's own orders by their refs. */
  readonly own = new Map<number, string>();
  #cursor: number | null = null;

  constructor(exchangeUrl: string, trader: Trader, symbol: string) {
    this.stream = new ResumedStream({
      url: `${exchangeUrl}/v2/iex`,
      hello: () => [
        { action: "auth", key: trader.keyId, secret: trader.secret },
        {
          action: "subscribe",
          depth: [symbol],
          orders: [symbol],
          ...(this.#cursor === null ? {} : { cursors: { [symbol]: this.#cursor } }),
        },
      ],
      take: (frame) => this.#take(frame as readonly Element[]),
    });
  }

  #take(frame: readonly Element[]): void {
    for (const element of frame) {
      if (element.T === "depth") this.depth.take(element);
      else if (element.T === "orders") this.orders.take(element);
      else if (!CONTROL.includes(element.T)) throw new Error(`unexpected: ${element.T}`);
      for (const { id, order_id: orderId } of element.own ?? []) this.own.set(id, orderId);
      if (element.T === "depth" || element.T === "orders") {
        this.#cursor = Math.max(this.#cursor ?? 0, element.seq);
      }
    }
  }
}
