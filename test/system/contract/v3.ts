/** @alpacahq/alpaca-trade-api 3: every method about trading. */
import { createRequire } from "node:module";
import { expect, vi } from "vitest";
import {
  type Any,
  type ContractClient,
  functionsOf,
  kept,
  money,
  type Probe,
  refusal,
  SYMBOL,
  UNKNOWN_ID,
  uuid,
} from "./probes.ts";
import { v3Data } from "./v3Data.ts";

const Alpaca: Any = createRequire(import.meta.url)("alpaca-trade-api-v3");

/** Methods by which the others are made, and their arguments. */
const OTHERS = /^(?:newTimeframe|adjustment|sendRequest|httpRequest|dataHttpRequest)$/;

const code = async (call: Promise<unknown>, status: number, number: number): Promise<void> => {
  const { response } = await refusal(call);
  expect({ status: response.status, code: response.data.code }).toEqual({ status, code: number });
};

const resting = { symbol: SYMBOL, qty: 1, side: "buy", type: "limit", time_in_force: "gtc", limit_price: 150 };

const probes: readonly Probe[] = [
  [
    "account",
    "getAccount",
    async (client, { trader }) => {
      const account = await client.getAccount();
      expect(account).toMatchObject({ id: trader.accountId, status: "ACTIVE" });
      for (const field of ["cash", "equity", "last_equity", "buying_power"]) money(account[field]);
    },
  ],
  [
    "assets",
    "getAssets",
    async (client) => expect((await client.getAssets({ status: "active" })).length).toBeGreaterThan(5),
  ],
  [
    "assets",
    "getAsset",
    async (client) => {
      expect(await client.getAsset(SYMBOL)).toMatchObject({
        symbol: SYMBOL,
        class: "us_equity",
        min_order_size: "0.000001",
      });
      for (const name of ["BTC/USD", "BTC%2FUSD", "BTCUSD"])
        expect(await client.getAsset(name)).toMatchObject({ symbol: "BTC/USD", class: "crypto" });
      await code(client.getAsset("NOPE"), 404, 40_410_000);
    },
  ],
  [
    "clock and calendar",
    "getClock",
    async (client) => expect(await client.getClock()).toMatchObject({ is_open: true }),
  ],
  [
    "clock and calendar",
    "getCalendar",
    async (client) => {
      const day = new Date("2026-11-20T12:00:00Z");
      expect(await client.getCalendar({ start: day, end: day })).toMatchObject([{ date: "2026-11-20" }]);
    },
  ],
  [
    "orders",
    "createOrder",
    async (client, at) => {
      const order = await client.createOrder({ ...resting, client_order_id: "v3" });
      uuid(order.id);
      expect(order).toMatchObject({ status: "new", qty: "1", limit_price: "150", type: "limit", order_type: "limit" });
      at.kept.set("order", order.id);
      await code(client.createOrder({ ...resting, qty: 2, client_order_id: "v3" }), 422, 40_010_001);
      // The client passes fields on that it does not know.
      const named = { ...resting, side: "sell", tax_lots: [{ lot_id: 99, qty: "1" }] };
      await code(client.createOrder(named), 422, 42_210_000);
      const bracket = { take_profit: { limit_price: 220 }, stop_loss: { stop_price: 120 } };
      expect((await client.createOrder({ ...resting, order_class: "bracket", ...bracket })).legs).toHaveLength(2);
    },
  ],
  [
    "orders",
    "getOrder",
    async (client, at) => expect(await client.getOrder(kept(at, "order"))).toMatchObject({ client_order_id: "v3" }),
  ],
  [
    "orders",
    "getOrderByClientId",
    async (client, at) => {
      expect((await client.getOrderByClientId("v3")).id).toBe(kept(at, "order"));
      await code(client.getOrderByClientId("none"), 404, 40_410_000);
    },
  ],
  [
    "orders",
    "getOrders",
    async (client) => {
      const asked = { status: "open", after: "2020-01-01", direction: "asc", nested: true, symbols: SYMBOL, limit: 10 };
      expect((await client.getOrders(asked)).map(({ legs }: Any) => legs?.length ?? 0)).toEqual([0, 2]);
    },
  ],
  [
    "orders",
    "replaceOrder",
    async (client, at) => {
      const order = await client.replaceOrder(kept(at, "order"), { qty: 2, limit_price: 149 });
      expect(order).toMatchObject({ qty: "2", replaces: kept(at, "order") });
      at.kept.set("replaced", order.id);
    },
  ],
  [
    "orders",
    "cancelOrder",
    async (client, at) => {
      await client.cancelOrder(kept(at, "replaced"));
      await code(client.cancelOrder(kept(at, "replaced")), 422, 42_210_000);
      await code(client.cancelOrder(UNKNOWN_ID), 404, 40_410_000);
    },
  ],
  [
    "orders",
    "cancelAllOrders",
    async (client) => {
      const canceled = await client.cancelAllOrders();
      expect(canceled.map(({ status }: Any) => status)).toEqual(canceled.map(() => 200));
      expect(canceled.length).toBeGreaterThan(0);
    },
  ],
  [
    "trading stream",
    "trade_ws",
    async (client) => {
      const updates: Any[] = [];
      const stream = client.trade_ws;
      stream.onOrderUpdate((update: Any) => updates.push(update));
      stream.onConnect(() => stream.subscribe(["trade_updates"]));
      stream.connect();
      try {
        // The acknowledgement has no event: it trades until the stream has told of it.
        const trading = async () => {
          await client.createOrder({ symbol: SYMBOL, qty: 1, side: "buy", type: "market", time_in_force: "day" });
          expect(updates.map(({ event }) => event)).toContain("fill");
        };
        await vi.waitFor(trading, { timeout: 20_000, interval: 200 });
        expect(updates.at(-1)).toMatchObject({ order: { symbol: SYMBOL, side: "buy" } });
      } finally {
        stream.disconnect();
      }
    },
  ],
  [
    "positions",
    "getPositions",
    async (client) => {
      const [position] = await client.getPositions();
      expect(position).toMatchObject({ symbol: SYMBOL, side: "long", exchange: "NASDAQ", asset_marginable: false });
      for (const field of ["qty", "avg_entry_price", "unrealized_intraday_pl", "change_today"]) money(position[field]);
    },
  ],
  [
    "positions",
    "getPosition",
    async (client) => {
      expect(await client.getPosition(SYMBOL)).toMatchObject({ symbol: SYMBOL });
      await code(client.getPosition("MSFT"), 404, 40_410_000);
    },
  ],
  [
    "positions",
    "closePosition",
    async (client) => {
      expect(await client.closePosition(SYMBOL)).toMatchObject({ side: "sell", type: "market", status: "filled" });
      await code(client.closePosition(SYMBOL), 404, 40_410_000);
    },
  ],
  ["positions", "closeAllPositions", async (client) => expect(await client.closeAllPositions()).toEqual([])],
  [
    "activities",
    "getAccountActivities",
    async (client) => {
      const fills = await client.getAccountActivities({ activityTypes: ["FILL"], direction: "desc", pageSize: 2 });
      expect(fills).toHaveLength(2);
      expect(fills[0]).toMatchObject({ activity_type: "FILL", symbol: SYMBOL, side: "sell" });
      const next = await client.getAccountActivities({ activityTypes: "FILL", pageSize: 1, pageToken: fills[0].id });
      expect(next).toMatchObject([{ id: fills[1].id }]);
    },
  ],
  [
    "portfolio history",
    "getPortfolioHistory",
    async (client) => {
      const history = await client.getPortfolioHistory({ period: "1M", timeframe: "1D", extended_hours: true });
      expect(history.equity).toHaveLength(history.timestamp.length);
      expect(history).toMatchObject({ timeframe: "1D" });
    },
  ],
  [
    "configurations",
    "getAccountConfigurations",
    async (client) => expect(await client.getAccountConfigurations()).toMatchObject({ suspend_trade: false }),
  ],
  [
    "configurations",
    "updateAccountConfigurations",
    async (client) => {
      expect(await client.updateAccountConfigurations({ suspend_trade: true })).toMatchObject({ suspend_trade: true });
      await code(client.createOrder(resting), 403, 40_310_000);
      expect(await client.updateAccountConfigurations({ suspend_trade: false })).toMatchObject({
        suspend_trade: false,
      });
    },
  ],
  [
    "watchlists",
    "addWatchlist",
    async (client, at) => {
      const made = await client.addWatchlist("v3", [SYMBOL, "MSFT"]);
      expect(made.assets.map(({ symbol }: Any) => symbol)).toEqual([SYMBOL, "MSFT"]);
      at.kept.set("list", made.id);
      await code(client.addWatchlist("v3", []), 422, 40_010_001);
    },
  ],
  [
    "watchlists",
    "getWatchlists",
    async (client, at) => expect(await client.getWatchlists()).toMatchObject([{ id: kept(at, "list"), name: "v3" }]),
  ],
  [
    "watchlists",
    "getWatchlist",
    async (client, at) => expect((await client.getWatchlist(kept(at, "list"))).assets).toHaveLength(2),
  ],
  [
    "watchlists",
    "addToWatchlist",
    async (client, at) => expect((await client.addToWatchlist(kept(at, "list"), "F")).assets).toHaveLength(3),
  ],
  [
    "watchlists",
    "updateWatchlist",
    async (client, at) => {
      const changed = await client.updateWatchlist(kept(at, "list"), { name: "v3b", symbols: ["F", SYMBOL] });
      expect(changed).toMatchObject({ name: "v3b", assets: [{ symbol: "F" }, { symbol: SYMBOL }] });
    },
  ],
  [
    "watchlists",
    "deleteFromWatchlist",
    async (client, at) =>
      expect(await client.deleteFromWatchlist(kept(at, "list"), "F")).toMatchObject({ assets: [{ symbol: SYMBOL }] }),
  ],
  [
    "watchlists",
    "deleteWatchlist",
    async (client, at) => {
      await client.deleteWatchlist(kept(at, "list"));
      await code(client.getWatchlist(kept(at, "list")), 404, 40_410_000);
    },
  ],
  [
    "corporate actions",
    "getCorporateActions",
    async (client) => {
      const found = await client.getCorporateActions([SYMBOL], { types: ["cash_dividend"] });
      expect(Object.values(found).flat()).toEqual([]);
    },
  ],
  ...v3Data,
];

export const v3: ContractClient = {
  name: "v3",
  connect: ({ url, trader }) =>
    new Alpaca({ keyId: trader.keyId, secretKey: trader.secret, baseUrl: url, dataBaseUrl: url }),
  methods: (client) => [...functionsOf(client).filter((name) => !OTHERS.test(name)), "trade_ws"],
  probes,
};
