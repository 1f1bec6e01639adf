/** @master-chief/alpaca: every method. */
import { expect, vi } from "vitest";
import {
  type Any,
  type ContractClient,
  functionsOf,
  isBar,
  isTrade,
  kept,
  numbers,
  PAST,
  type Probe,
  refusal,
  SYMBOL,
  UNKNOWN_ID,
} from "./probes.ts";

const PACKAGE: string = "@master-chief/alpaca";
/** Methods of Alpaca's first version, which Alpaca has ended, and the one by which the others are made. */
const OTHERS = /_v1$|^request$/;

const code = async (call: Promise<unknown>, number: number): Promise<void> =>
  expect(await refusal(call)).toMatchObject({ code: number });

const endpointsOf = (url: string, streamUrl: string) => ({
  rest: { account: `${url}/v2`, beta: `${url}/v1beta1`, market_data_v1: `${url}/v1`, market_data_v2: `${url}/v2` },
  websocket: { account: `${streamUrl}/stream`, market_data: (feed = "iex") => `${streamUrl}/v2/${feed}` },
});

const RANGE = { start: new Date(PAST), end: new Date(Date.now() + 3_600_000) };
const resting = { symbol: SYMBOL, qty: 1, side: "buy", type: "limit", time_in_force: "gtc", limit_price: 150 };

const probes: readonly Probe[] = [
  ["account", "isAuthenticated", async (client) => expect(await client.isAuthenticated()).toBe(true)],
  [
    "account",
    "getAccount",
    async (client, { trader }) => {
      const account = await client.getAccount();
      expect(account).toMatchObject({ id: trader.accountId, status: "ACTIVE" });
      for (const field of ["cash", "equity", "last_equity", "buying_power"]) expect(account[field]).toBeGreaterThan(0);
    },
  ],
  [
    "assets",
    "getAssets",
    async (client) =>
      expect((await client.getAssets({ status: "active", asset_class: "us_equity" })).length).toBeGreaterThan(5),
  ],
  [
    "assets",
    "getAsset",
    async (client) => expect(await client.getAsset({ asset_id_or_symbol: SYMBOL })).toMatchObject({ symbol: SYMBOL }),
  ],
  [
    "clock and calendar",
    "getClock",
    async (client) => {
      const clock = await client.getClock();
      expect(clock.is_open).toBe(true);
      expect(clock.next_open.getTime()).toBeGreaterThan(clock.timestamp.getTime());
    },
  ],
  [
    "clock and calendar",
    "getCalendar",
    async (client) => {
      const day = new Date("2026-11-20");
      expect(await client.getCalendar({ start: day, end: day })).toMatchObject([{ date: "2026-11-20" }]);
    },
  ],
  [
    "orders",
    "placeOrder",
    async (client, at) => {
      const order = await client.placeOrder(resting);
      expect(order).toMatchObject({ status: "new", qty: 1, limit_price: 150 });
      at.kept.set("order", order.id);
    },
  ],
  [
    "orders",
    "getOrder",
    async (client, at) => expect(await client.getOrder({ order_id: kept(at, "order") })).toMatchObject({ qty: 1 }),
  ],
  [
    "orders",
    "getOrders",
    async (client) => expect(await client.getOrders({ status: "open", symbols: [SYMBOL] })).toHaveLength(1),
  ],
  [
    "orders",
    "replaceOrder",
    async (client, at) => {
      const order = await client.replaceOrder({ order_id: kept(at, "order"), qty: 2 });
      expect(order).toMatchObject({ qty: 2 });
      at.kept.set("replaced", order.id);
    },
  ],
  [
    "orders",
    "cancelOrder",
    async (client, at) => expect(await client.cancelOrder({ order_id: kept(at, "replaced") })).toBe(true),
  ],
  [
    "orders",
    "cancelOrders",
    async (client) => {
      await client.placeOrder(resting);
      expect(await client.cancelOrders()).toMatchObject([{ status: 200, order: { symbol: SYMBOL } }]);
    },
  ],
  [
    "trading stream",
    "AlpacaStream",
    async (client, { url, streamUrl, trader }) => {
      const { AlpacaStream } = await import(PACKAGE);
      const credentials = { key: trader.keyId, secret: trader.secret, paper: false };
      const stream = new AlpacaStream({ credentials, type: "account", endpoints: endpointsOf(url, streamUrl) });
      const updates: Any[] = [];
      stream.on("trade_updates", (update: Any) => updates.push(update));
      stream.on("authenticated", () => stream.subscribe("trade_updates"));
      try {
        const trading = async () => {
          await client.placeOrder({ symbol: SYMBOL, qty: 1, side: "buy", type: "market", time_in_force: "day" });
          expect(updates.map(({ event }) => event)).toContain("fill");
        };
        await vi.waitFor(trading, { timeout: 20_000, interval: 200 });
      } finally {
        stream.getConnection().close();
      }
    },
  ],
  [
    "positions",
    "getPositions",
    async (client) => expect(await client.getPositions()).toMatchObject([{ symbol: SYMBOL }]),
  ],
  [
    "positions",
    "getPosition",
    async (client) => {
      const position = await client.getPosition({ symbol: SYMBOL });
      expect(position.qty).toBeGreaterThan(0);
      expect(position.change_today).toBeTypeOf("number");
    },
  ],
  [
    "positions",
    "closePosition",
    async (client) => {
      expect(await client.closePosition({ symbol: SYMBOL, qty: 1 })).toMatchObject({ side: "sell", qty: 1 });
      await code(client.closePosition({ symbol: "MSFT" }), 40_410_000);
    },
  ],
  [
    "positions",
    "closePositions",
    async (client) => {
      await client.closePositions({ cancel_orders: true });
      expect(await client.getPositions()).toEqual([]);
    },
  ],
  [
    "activities",
    "getAccountActivities",
    async (client) => {
      const fills = await client.getAccountActivities({ activity_type: "FILL" });
      expect(fills[0]).toMatchObject({ activity_type: "FILL", symbol: SYMBOL });
      expect((await client.getAccountActivities({ activity_types: ["CSD"] }))[0]).toMatchObject({
        activity_type: "CSD",
      });
    },
  ],
  [
    "portfolio history",
    "getPortfolioHistory",
    async (client) => {
      const history = await client.getPortfolioHistory({ period: "1M", timeframe: "1D" });
      expect(history.equity).toHaveLength(history.timestamp.length);
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
    async (client) =>
      expect(await client.updateAccountConfigurations({ suspend_trade: false })).toMatchObject({
        suspend_trade: false,
      }),
  ],
  [
    "watchlists",
    "createWatchlist",
    async (client, at) => {
      const made = await client.createWatchlist({ name: "chief", symbols: [SYMBOL, "MSFT"] });
      at.kept.set("list", made.id);
      expect(made.assets).toHaveLength(2);
    },
  ],
  [
    "watchlists",
    "getWatchlists",
    async (client) => expect(await client.getWatchlists()).toMatchObject([{ name: "chief" }]),
  ],
  [
    "watchlists",
    "getWatchlist",
    async (client, at) => {
      expect(await client.getWatchlist({ uuid: kept(at, "list") })).toMatchObject({ name: "chief" });
      await code(client.getWatchlist({ uuid: UNKNOWN_ID }), 40_410_000);
    },
  ],
  [
    "watchlists",
    "updateWatchlist",
    async (client, at) => {
      const changed = await client.updateWatchlist({ uuid: kept(at, "list"), name: "chief", symbols: ["MSFT"] });
      expect(changed.assets).toMatchObject([{ symbol: "MSFT" }]);
    },
  ],
  [
    "watchlists",
    "addToWatchlist",
    async (client, at) => {
      const changed = await client.addToWatchlist({ uuid: kept(at, "list"), symbol: "F" });
      expect(changed.assets).toMatchObject([{ symbol: "MSFT" }, { symbol: "F" }]);
    },
  ],
  [
    "watchlists",
    "removeFromWatchlist",
    async (client, at) => {
      const changed = await client.removeFromWatchlist({ uuid: kept(at, "list"), symbol: "F" });
      expect(changed.assets).toMatchObject([{ symbol: "MSFT" }]);
    },
  ],
  [
    "watchlists",
    "deleteWatchlist",
    async (client, at) => {
      // It reads JSON from the 204 without a body, prints that there is none, and throws: at Alpaca too.
      const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
      await refusal(client.deleteWatchlist({ uuid: kept(at, "list") }));
      said.mockRestore();
      expect(await client.getWatchlists()).toEqual([]);
    },
  ],
  [
    "stock latest",
    "getLatestTrade",
    async (client) => isTrade((await client.getLatestTrade({ symbol: SYMBOL, feed: "iex" })).trade),
  ],
  [
    "stock history, snapshots",
    "getTrades",
    async (client) => isTrade((await client.getTrades({ symbol: SYMBOL, ...RANGE, limit: 5 })).trades[0]),
  ],
  [
    "stock history, snapshots",
    "getQuotes",
    async (client) => numbers((await client.getQuotes({ symbol: SYMBOL, ...RANGE })).quotes[0], "ap", "as", "bp", "bs"),
  ],
  [
    "stock history, snapshots",
    "getBars",
    async (client) => isBar((await client.getBars({ symbol: SYMBOL, ...RANGE, timeframe: "1Day" })).bars[0]),
  ],
  [
    "stock history, snapshots",
    "getSnapshot",
    async (client) => isBar((await client.getSnapshot({ symbol: SYMBOL })).dailyBar),
  ],
  [
    "stock history, snapshots",
    "getSnapshots",
    async (client) => isBar((await client.getSnapshots({ symbols: [SYMBOL] }))[SYMBOL].minuteBar),
  ],
  [
    "screener and news",
    "getNews",
    async (client) => expect((await client.getNews({ symbols: [SYMBOL] })).news).toEqual([]),
  ],
];

export const masterChief: ContractClient = {
  name: "master-chief",
  connect: async ({ url, streamUrl, trader }) => {
    const { AlpacaClient } = await import(PACKAGE);
    const credentials = { key: trader.keyId, secret: trader.secret, paper: false };
    return new AlpacaClient({ credentials, endpoints: endpointsOf(url, streamUrl) });
  },
  methods: (client) => [
    ...functionsOf(Object.getPrototypeOf(client)).filter((name) => !OTHERS.test(name)),
    "AlpacaStream",
  ],
  probes,
};
