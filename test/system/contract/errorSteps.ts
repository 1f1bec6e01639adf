/** Errors that clients know which more than one request brings about, or which are more than a status and a text. */
import { expect, vi } from "vitest";
import type { Exchange, Trader } from "../exchange.ts";
import { SYMBOL } from "./probes.ts";

export interface ErrorWorld {
  readonly exchange: Exchange;
  readonly trader: Trader;
  /** An order of the trader that is filled, and one that rests. */
  readonly filledId: string;
  readonly openId: string;
}

export interface ErrorStep {
  /** Status, code and text of each row that it shows. */
  readonly rows: readonly string[];
  readonly run: (world: ErrorWorld) => Promise<void>;
}

const LIMIT = { type: "limit", time_in_force: "gtc" } as const;
/** No other test trades it. */
const THIN = "KO";

/** A change of the listing is known everywhere after this time. */
const LISTING = { timeout: 6_000, interval: 100 };

const refused = (status: number, code: number, message: string) =>
  expect.objectContaining({ status, body: expect.objectContaining({ code, message }) as unknown }) as unknown;

async function replaceIs({ exchange, trader }: ErrorWorld, id: string, change: object, message: string): Promise<void> {
  const reply = await exchange.call(trader, "PATCH", `/v2/orders/${id}`, change);
  expect(reply).toEqual(refused(422, 42_210_000, message));
}

export const STEPS: readonly ErrorStep[] = [
  {
    rows: ["401 40110000 request is not authorized"],
    run: async ({ exchange, trader }) => {
      const stranger = { ...trader, secret: "wrong" };
      const reply = await exchange.call(stranger, "GET", "/v2/account");
      expect(reply).toEqual(refused(401, 40_110_000, "request is not authorized"));
    },
  },
  {
    rows: ["403 40310000 forbidden."],
    run: async ({ exchange, trader }) => {
      const session = { Authorization: `Bearer ${trader.token}` };
      const made = await exchange.call(null, "POST", "/v1/keys", { scopes: ["read"] }, session);
      const reader = { ...trader, keyId: made.body.key_id, secret: made.body.secret };
      expect(await exchange.call(reader, "DELETE", "/v2/orders")).toEqual(refused(403, 40_310_000, "forbidden."));
      expect(await exchange.call(reader, "GET", "/v2/account")).toMatchObject({ status: 200 });
    },
  },
  {
    rows: ["403 40310000 new orders are rejected by user request"],
    run: async ({ exchange, trader }) => {
      const suspend = (suspend_trade: boolean) =>
        exchange.call(trader, "PATCH", "/v2/account/configurations", { suspend_trade });
      await suspend(true);
      const ticket = { ...LIMIT, symbol: SYMBOL, side: "buy", qty: "1", limit_price: "150" };
      const reply = await exchange.call(trader, "POST", "/v2/orders", ticket);
      expect(reply).toEqual(refused(403, 40_310_000, "new orders are rejected by user request"));
      await suspend(false);
    },
  },
  {
    rows: [
      'order is already in "filled" state',
      "unable to replace order, order is not open",
      "order parameters are not changed",
    ].map((message) => `422 42210000 ${message}`),
    run: async (world) => {
      const { exchange, trader, filledId, openId } = world;
      const cancelled = await exchange.call(trader, "DELETE", `/v2/orders/${filledId}`);
      expect(cancelled).toEqual(refused(422, 42_210_000, 'order is already in "filled" state'));
      await replaceIs(world, filledId, { qty: "2" }, "unable to replace order, order is not open");
      await replaceIs(world, openId, { qty: "1" }, "order parameters are not changed");
    },
  },
  {
    // In one commit, so that the book has not answered the first one.
    rows: ["422 42210000 cannot replace order in pending_replace status"],
    run: async ({ exchange, trader, openId }) => {
      const replace = (qty: string) => ({ action: "replace", order_id: openId, qty });
      const commands = [replace("1.5"), replace("1.25")];
      const { body } = await exchange.call(trader, "POST", "/v1/orders/batch", { commands });
      expect(body[0]).toMatchObject({ status: 200 });
      expect(body[1]).toEqual(refused(422, 42_210_000, "cannot replace order in pending_replace status"));
    },
  },
  {
    rows: [
      "403 40310000 potential wash trade detected. use complex orders: market/stop",
      "422 42210000 qty must be > filled_qty",
      "422 40010001 asset KO is not active",
    ],
    run: async (world) => {
      const { exchange } = world;
      const admin = await exchange.admin();
      const [seller, buyer] = [await exchange.trader(1_000, { [THIN]: 10 }), await exchange.trader(1_000)];
      const order = (by: Trader, ticket: object) =>
        exchange.call(by, "POST", "/v2/orders", { symbol: THIN, time_in_force: "gtc", ...ticket });
      const offered = await order(seller, { side: "sell", type: "limit", qty: "1", limit_price: "70" });
      expect(offered).toMatchObject({ status: 200 });
      const { body: bought } = await order(buyer, { side: "buy", type: "limit", qty: "3", limit_price: "70" });
      expect(bought).toMatchObject({ status: "partially_filled", filled_qty: "1" });
      await replaceIs({ ...world, trader: buyer }, bought.id, { qty: "1" }, "qty must be > filled_qty");

      expect(await order(seller, { side: "sell", type: "stop", qty: "1", stop_price: "65" })).toMatchObject({
        status: 200,
      });
      const washed = await order(seller, { side: "buy", type: "limit", qty: "1", limit_price: "69" });
      expect(washed).toEqual(refused(403, 40_310_000, "potential wash trade detected. use complex orders"));
      expect(washed.body).toMatchObject({ reject_reason: "opposite side market/stop order exists" });

      expect(await exchange.call(admin, "DELETE", `/v1/admin/instruments/${THIN}`)).toMatchObject({ status: 200 });
      await vi.waitFor(async () => {
        const late = await order(seller, { side: "sell", type: "limit", qty: "1", limit_price: "71" });
        expect(late).toEqual(refused(422, 40_010_001, "asset KO is not active"));
      }, LISTING);
    },
  },
  {
    rows: ["403 40310000 an element of DELETE /v2/positions"],
    run: async ({ exchange, trader }) => {
      const { status, body } = await exchange.call(trader, "DELETE", "/v2/positions");
      expect(status).toBe(207);
      const error = { code: 40_310_000, message: "insufficient qty available for order (requested: 10, available: 4)" };
      expect(body).toContainEqual({ symbol: SYMBOL, status: 403, body: expect.objectContaining(error) });
    },
  },
  {
    rows: ["422 40010001 one of qty and percentage, from 0 to 100"],
    run: async ({ exchange, trader }) => {
      const expected =
        "invalid percentage: expected more than 0 and at most 100, with no more than 9 decimals, and no qty beside it";
      for (const part of ["qty=1&percentage=50", "percentage=0", "percentage=100.1", "percentage=0.0000000001"]) {
        const reply = await exchange.call(trader, "DELETE", `/v2/positions/${SYMBOL}?${part}`);
        expect(reply, part).toEqual(refused(422, 40_010_001, expected));
      }
      const reply = await exchange.call(trader, "DELETE", `/v2/positions/${SYMBOL}?qty=0`);
      expect(reply).toEqual(refused(422, 40_010_001, "qty must be > 0"));
    },
  },
  {
    rows: ["200 a fraction of a share with GTC is taken", "422 42210000 stop price must be less than current price"],
    run: async ({ exchange }) => {
      const trader = await exchange.trader(1_000, { [SYMBOL]: 1 });
      const order = (ticket: object) => exchange.call(trader, "POST", "/v2/orders", { symbol: SYMBOL, ...ticket });
      const fraction = await order({ ...LIMIT, side: "buy", qty: "0.5", limit_price: "150" });
      expect(fraction).toMatchObject({ status: 200, body: { status: "new", time_in_force: "gtc" } });
      expect(await exchange.call(trader, "DELETE", `/v2/orders/${fraction.body.id}`)).toMatchObject({ status: 204 });
      const stop = await order({ side: "sell", type: "stop", time_in_force: "gtc", qty: "1", stop_price: "250" });
      expect(stop).toEqual(refused(422, 42_210_000, "stop price must be less than current price"));
    },
  },
  {
    rows: ["429 42910000 too many requests.", "429 42910000 rate limit exceeded"],
    run: async ({ exchange }) => {
      const many = await exchange.trader(0, {}, { plan: "standard" });
      const asked = await Promise.all(Array.from({ length: 230 }, () => exchange.call(many, "GET", "/v2/account")));
      const reply = asked.find(({ status }) => status === 429);
      expect(reply).toEqual(refused(429, 42_910_000, "too many requests."));
      for (const name of ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"])
        expect(reply?.headers.get(name)).toMatch(/^\d+$/);
      const partner = { "APCA-PARTNER-ID": "ccxt" };
      const more = Array.from({ length: 50 }, () => exchange.call(many, "GET", "/v2/account", undefined, partner));
      const asCcxt = (await Promise.all(more)).find(({ status }) => status === 429);
      expect(asCcxt).toEqual(refused(429, 42_910_000, "rate limit exceeded"));
    },
  },
];
