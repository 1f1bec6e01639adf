/** A careful trading client: it repeats every request unchanged until it has a response. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { httpClient, NoAnswer } from "../../dev/http.ts";
import type { HttpClient } from "../../dev/http.ts";
import type { Trader } from "../rig/traders.ts";

const CONNECTIONS = 64;
const RETRY_MS = 30;
/** Without a response for this long the exchange counts as lost. */
const TIMEOUT_MS = 30_000;

export const Order = z.object({
  id: z.string(),
  client_order_id: z.string(),
  symbol: z.string(),
  side: z.string(),
  qty: z.string(),
  filled_qty: z.string(),
  status: z.string(),
  limit_price: z.string().nullable(),
  replaces: z.string().nullable(),
  replaced_by: z.string().nullable(),
});
const Account = z.object({ cash: z.string(), buying_power: z.string() });
const Position = z.object({ symbol: z.string(), qty: z.string(), qty_available: z.string() });
const Resting = z.object({ bids: z.array(z.unknown()), asks: z.array(z.unknown()) });

/** The outcome of a command: its status, and the body that its single request would have. */
const Outcome = z.object({ status: z.number(), body: z.unknown() });
export type Outcome = z.infer<typeof Outcome>;

/** The shapes of every error: that of Alpaca's endpoints, and that of our own. */
const Refusal = z.union([
  z.object({ code: z.number().int(), message: z.string().min(1) }),
  z.object({ code: z.number().int(), detail: z.string().min(1), reason: z.string().min(1) }),
]);

export type Order = z.infer<typeof Order>;

const PAGE = 500;
const BATCH_PATH = "/v1/orders/batch";

export interface BatchOptions {
  readonly allOrNone: boolean;
  /** Its Idempotency-Key; null for none. */
  readonly key: string | null;
}

export class Client {
  readonly #http: HttpClient;
  /** Number of repeated requests. */
  repeats = 0;
  /** Those of them that were batches. */
  batchRepeats = 0;
  /** Number of retriable error responses, by status. */
  readonly failures = new Map<number, number>();

  constructor(url: string) {
    this.#http = httpClient(url, CONNECTIONS, TIMEOUT_MS);
  }

  close(): void {
    this.#http.close();
  }

  /** Resets one of the connections; false when none is open. */
  tear(pick: (count: number) => number): boolean {
    const sockets = this.#http.sockets();
    const socket = sockets[pick(sockets.length)];
    socket?.resetAndDestroy();
    return socket !== undefined;
  }

  /**
   * Sends a request and returns status and body. Repeats it without a response and after a server error. Throws on a
   * timeout, and on an error response that is not in the API's shape.
   */
  async send(
    as: Trader,
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: unknown }> {
    const headers = { "apca-api-key-id": as.keyId, "apca-api-secret-key": as.secret, ...more };
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      try {
        const answer = await this.#http.request(method, path, headers, body);
        if (answer.status < 500 || Date.now() > deadline) return answer;
        Refusal.parse(answer.body);
        this.failures.set(answer.status, (this.failures.get(answer.status) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof NoAnswer) || Date.now() > deadline) throw error;
      }
      this.repeats++;
      if (path === BATCH_PATH) this.batchRepeats++;
      await sleep(RETRY_MS);
    }
  }

  /** Sends an order; throws when it is refused. */
  async submit(as: Trader, order: Readonly<Record<string, string>>): Promise<Order> {
    const { status, body } = await this.send(as, "POST", "/v2/orders", order);
    if (status !== 200) throw new Error(`order refused: ${status} ${JSON.stringify(body)} ${JSON.stringify(order)}`);
    return Order.parse(body);
  }

  /** Sends a batch, again until no command fails for lack of an answer; returns the outcome of each. */
  async batch(
    as: Trader,
    commands: readonly Readonly<Record<string, string>>[],
    options: BatchOptions,
  ): Promise<Outcome[]> {
    const { allOrNone, key } = options;
    const headers = key === null ? {} : { "idempotency-key": key };
    for (;;) {
      const answer = await this.send(as, "POST", BATCH_PATH, { commands, all_or_none: allOrNone }, headers);
      if (answer.status !== 207) throw new Error(`batch refused: ${answer.status} ${JSON.stringify(answer.body)}`);
      const outcomes = z.array(Outcome).parse(answer.body);
      if (outcomes.every(({ status }) => status < 500)) return outcomes;
      this.batchRepeats++;
    }
  }

  /** Cancels an order; false when it is already closed. */
  async cancel(as: Trader, orderId: string): Promise<boolean> {
    const { status, body } = await this.send(as, "DELETE", `/v2/orders/${orderId}`);
    if (status !== 204 && status !== 422) throw new Error(`cancel refused: ${status} ${JSON.stringify(body)}`);
    return status === 204;
  }

  /** Cancels until nothing is open. */
  async cancelAll(as: Trader): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    while ((await this.#orders(as, "status=open&limit=1")).length > 0) {
      if (Date.now() > deadline) throw new Error("orders stay open");
      await this.send(as, "DELETE", "/v2/orders");
    }
  }

  /** Every order of the account, or every open one, oldest first. */
  async orders(as: Trader, status: "all" | "open" = "all"): Promise<Order[]> {
    const all: Order[] = [];
    for (;;) {
      const after = all.at(-1);
      const from = after === undefined ? "" : `&after_order_id=${after.id}`;
      const page = await this.#orders(as, `status=${status}&direction=asc&limit=${PAGE}${from}`);
      all.push(...page);
      if (page.length < PAGE) return all;
    }
  }

  /** The order of a client order id, null when there is none. */
  async find(as: Trader, clientOrderId: string): Promise<Order | null> {
    const path = `/v2/orders:by_client_order_id?client_order_id=${encodeURIComponent(clientOrderId)}`;
    const { status, body } = await this.send(as, "GET", path);
    return status === 404 ? null : Order.parse(body);
  }

  async account(as: Trader) {
    return Account.parse((await this.send(as, "GET", "/v2/account")).body);
  }

  async positions(as: Trader) {
    return z.array(Position).parse((await this.send(as, "GET", "/v2/positions")).body);
  }

  /** Number of orders that rest in a book. */
  async resting(as: Trader, symbol: string): Promise<number> {
    const { body } = await this.send(as, "GET", `/v1/books/${symbol}?view=orders`);
    const { bids, asks } = Resting.parse(body);
    return bids.length + asks.length;
  }

  async #orders(as: Trader, query: string): Promise<Order[]> {
    return z.array(Order).parse((await this.send(as, "GET", `/v2/orders?${query}`)).body);
  }
}
