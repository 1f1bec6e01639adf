/** A client of the public API for demo data, market makers and replays. */
import { findInstrument } from "../domain/market/listing.ts";
import * as z from "zod";
import type { Credentials } from "./credentials.ts";
import { httpClient } from "./http.ts";
import type { HttpAnswer, HttpClient } from "./http.ts";
import { peopleApi } from "./peopleApi.ts";
import { Refused } from "./refused.ts";

export { Refused } from "./refused.ts";

export interface NewOrder {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: "market" | "limit";
  readonly time_in_force: "day" | "gtc" | "ioc";
  readonly qty: string;
  readonly limit_price?: string;
  readonly extended_hours?: boolean;
  readonly advanced_instructions?: { readonly self_trade_prevention: "cancel_newest" | "cancel_oldest" };
  readonly client_order_id: string;
}

/** `message` under /v2, `detail` elsewhere. */
const ErrorBody = z
  .union([z.object({ code: z.number(), message: z.string() }), z.object({ code: z.number(), detail: z.string() })])
  .transform((body) => ({ code: body.code, message: "message" in body ? body.message : body.detail }));
const Account = z.object({ id: z.string() });
const OrderAnswer = z.object({
  id: z.string(),
  client_order_id: z.string(),
  symbol: z.string(),
  side: z.enum(["buy", "sell"]),
  qty: z.string().nullable(),
  limit_price: z.string().nullable(),
  filled_qty: z.string(),
  status: z.string(),
});
const Position = z.object({ symbol: z.string(), qty: z.string() });
const Level = z.tuple([z.string(), z.string()]);
const Depth = z.object({ sequence: z.number(), bids: z.array(Level), asks: z.array(Level) });
const Resting = z.tuple([z.union([z.number(), z.string()]), z.string(), z.string()]);
const RestingBook = z.object({ sequence: z.number(), bids: z.array(Resting), asks: z.array(Resting) });

const LatestTrades = z.object({ trades: z.record(z.string(), z.object({ i: z.number() })) });

export type Order = z.infer<typeof OrderAnswer>;

export type Api = ReturnType<typeof exchangeApi>;

/**
 * Calls one exchange over at most `connections` keep-alive connections. A call rejects with NoAnswer without an answer,
 * and with Refused for an error. With `waitAsTold` a 429 is no error: the call waits for Retry-After and is repeated.
 */
export function exchangeApi(
  baseUrl: string,
  connections: number,
  timeoutMs = 15_000,
  waitAsTold?: (seconds: number) => Promise<void>,
) {
  const http: HttpClient = httpClient(baseUrl, connections, timeoutMs);

  async function call(method: string, path: string, who: Credentials, body?: unknown): Promise<unknown> {
    for (;;) {
      const answer = await http.request(method, path, authHeaders(who), body);
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      if (answer.status !== 429 || waitAsTold === undefined) throw refusal(answer);
      await waitAsTold(Math.max(1, answer.retryAfter ?? 1));
    }
  }

  return {
    ...peopleApi(call),
    close: () => http.close(),
    health: async (): Promise<void> => void (await call("GET", "/v1/health", null)),
    account: async (who: Credentials) => Account.parse(await call("GET", "/v2/account", who)),
    /** A coin has its listed symbol, which positions show without its slash. */
    positions: async (who: Credentials) => {
      const positions = z.array(Position).parse(await call("GET", "/v2/positions", who));
      return positions.map(({ symbol, qty }) => ({ symbol: findInstrument(symbol)?.symbol ?? symbol, qty }));
    },
    submitOrder: async (who: Credentials, order: NewOrder): Promise<Order> =>
      OrderAnswer.parse(await call("POST", "/v2/orders", who, order)),
    order: async (who: Credentials, orderId: string): Promise<Order> =>
      OrderAnswer.parse(await call("GET", `/v2/orders/${orderId}`, who)),
    cancelOrder: async (who: Credentials, orderId: string): Promise<void> =>
      void (await call("DELETE", `/v2/orders/${orderId}`, who)),
    setLotMethod: async (who: Credentials, lotMethod: "fifo" | "lifo"): Promise<void> =>
      void (await call("PATCH", "/v1/account/settings", who, { lot_method: lotMethod })),
    cancelAllOrders: async (who: Credentials): Promise<void> => void (await call("DELETE", "/v2/orders", who)),
    openOrders: async (who: Credentials): Promise<Order[]> =>
      z.array(OrderAnswer).parse(await call("GET", "/v2/orders?status=open&limit=500", who)),
    depth: async (who: Credentials, symbol: string, levels: number) =>
      Depth.parse(await call("GET", `/v1/books/${encodeURIComponent(symbol)}?levels=${levels}`, who)),
    /** Number of the symbol's last trade; 0 before the first. Trade ids of a symbol have no gaps. */
    lastTradeId: async (who: Credentials, symbol: string): Promise<number> => {
      const answer = await call("GET", `/v2/stocks/trades/latest?symbols=${encodeURIComponent(symbol)}`, who);
      return LatestTrades.parse(answer).trades[symbol]?.i ?? 0;
    },
    restingOrders: async (who: Credentials, symbol: string) =>
      RestingBook.parse(await call("GET", `/v1/books/${encodeURIComponent(symbol)}?view=orders`, who)),
  };
}

function authHeaders(who: Credentials): Readonly<Record<string, string>> {
  if (who === null) return {};
  if ("bearer" in who) return { authorization: `Bearer ${who.bearer}` };
  return { "apca-api-key-id": who.keyId, "apca-api-secret-key": who.secret };
}

function refusal(answer: HttpAnswer): Refused {
  const body = ErrorBody.safeParse(answer.body);
  if (body.success) return new Refused(answer.status, body.data.code, body.data.message);
  return new Refused(answer.status, 0, typeof answer.body === "string" ? answer.body.slice(0, 200) : "no error body");
}
