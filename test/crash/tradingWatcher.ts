/** A trader's `/stream` client that resumes after every disconnect and checks for each update once and in order. */
import * as z from "zod";
import type { Trader } from "../rig/traders.ts";
import type { Order } from "./client.ts";
import { lots, ownFills } from "./lots.ts";
import { ResumedStream } from "./resumed.ts";

const Update = z.object({
  stream: z.literal("trade_updates"),
  cursor: z.string(),
  data: z.object({
    event: z.string(),
    qty: z.string().optional(),
    order: z.object({ id: z.string() }),
  }),
});
/** Other allowed messages: successes, and errors of the exchange, after which the client reconnects. */
const Control = z.union([
  z.object({ stream: z.literal("authorization"), data: z.object({ status: z.literal("authorized") }) }),
  z.object({ stream: z.literal("listening") }),
  z.object({ stream: z.literal("error"), data: z.object({ code: z.literal(500) }) }),
]);

/** The status of an order that ends, which is the name of its event too. */
const ENDS = new Set(["filled", "canceled", "expired", "replaced", "rejected"]);

/** The state of one order according to its updates. */
interface Told {
  pendingNew: number;
  accepted: number;
  filled: number;
  /** The final events of an order: at most one. */
  ends: string[];
}

export class TradingWatcher {
  readonly stream: ResumedStream;
  readonly #told = new Map<string, Told>();
  /** Number of updates received, which is also the newest cursor. */
  received = 0;

  constructor(exchangeUrl: string, trader: Trader) {
    this.stream = new ResumedStream({
      url: `${exchangeUrl}/stream`,
      hello: () => [
        { action: "authenticate", data: { key_id: trader.keyId, secret_key: trader.secret } },
        { action: "listen", data: { streams: ["trade_updates"], cursor: String(this.received) } },
      ],
      take: (frame) => this.#take(frame),
    });
  }

  /** Differences between the updates and the account's orders; [] when all agree. */
  differences(orders: readonly Order[]): string[] {
    const found: string[] = [];
    const filled = ownFills(orders);
    for (const order of orders) {
      const told = JSON.stringify(this.#told.get(order.id) ?? null);
      const accepted = order.status === "rejected" ? 0 : 1;
      const ends = ENDS.has(order.status) ? [order.status] : [];
      const wanted = JSON.stringify({
        pendingNew: 1,
        accepted,
        filled: filled.get(order.id) ?? 0,
        ends,
      } satisfies Told);
      if (told !== wanted) found.push(`order ${order.id}: told ${told}, is ${wanted}`);
    }
    if (this.#told.size !== orders.length) found.push(`told of ${this.#told.size} orders, there are ${orders.length}`);
    return found;
  }

  #take(frame: unknown): void {
    const update = Update.safeParse(frame);
    if (!update.success) {
      Control.parse(frame);
      return;
    }
    const { cursor, data } = update.data;
    if (cursor !== String(this.received + 1)) throw new Error(`update ${cursor} after ${this.received}`);
    this.received++;
    const told = this.#told.get(data.order.id) ?? { pendingNew: 0, accepted: 0, filled: 0, ends: [] };
    this.#told.set(data.order.id, told);
    switch (data.event) {
      case "pending_new":
        told.pendingNew++;
        break;
      case "new":
        told.accepted++;
        break;
      case "partial_fill":
        told.filled += lots(data.qty ?? "");
        break;
      case "fill":
        told.filled += lots(data.qty ?? "");
        told.ends.push("filled");
        break;
      case "canceled":
      case "expired":
      case "replaced":
      case "rejected":
        told.ends.push(data.event);
        break;
      case "pending_cancel":
      case "pending_replace":
      case "order_replace_rejected":
        break;
      default:
        throw new Error(`unknown event ${data.event}`);
    }
  }
}
