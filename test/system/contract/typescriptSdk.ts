/** @alpacahq/typescript-sdk: every method. Each of its calls takes a second, because it polls a bucket. */
import { expect } from "vitest";
import { type ContractClient, functionsOf, kept, money, type Probe, refusal, SYMBOL, UNKNOWN_ID } from "./probes.ts";
import { typescriptSdkData } from "./typescriptSdkData.ts";

const PACKAGE: string = "@alpacahq/typescript-sdk";

const code = async (call: Promise<unknown>, number: number): Promise<void> => {
  const { message } = await refusal(call);
  expect(JSON.parse(message)).toMatchObject({ code: number });
};
const absent = (method: string, params: object): Probe => [
  "not offered",
  method,
  (client) => code(client[method](params), 40_410_000),
];
const noChain = (method: string, params: object): Probe => [
  "wallets",
  method,
  (client) => code(client[method](params), 42_210_000),
];

const resting = { symbol: SYMBOL, qty: 1, side: "buy", type: "limit", time_in_force: "gtc", limit_price: 150 };

const probes: readonly Probe[] = [
  [
    "account",
    "getAccount",
    async (client, { trader }) => {
      const account = await client.getAccount();
      expect(account).toMatchObject({ id: trader.accountId, daytrade_count: 0, pattern_day_trader: false });
      money(account.daytrading_buying_power);
    },
  ],
  [
    "assets",
    "getAssets",
    async (client) => expect((await client.getAssets({ asset_class: "crypto" }))[0]).toMatchObject({ class: "crypto" }),
  ],
  [
    "assets",
    "getAsset",
    async (client) => expect(await client.getAsset({ symbol_or_asset_id: SYMBOL })).toMatchObject({ symbol: SYMBOL }),
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
      const days = await client.getCalendar({ start: "2026-11-20", end: "2026-11-20" });
      expect(days).toMatchObject([{ date: "2026-11-20" }]);
    },
  ],
  [
    "orders",
    "createOrder",
    async (client, at) => {
      const order = await client.createOrder(resting);
      expect(order).toMatchObject({ status: "new", filled_qty: "0" });
      at.kept.set("order", order.id);
    },
  ],
  [
    "orders",
    "getOrder",
    async (client, at) => expect(await client.getOrder({ order_id: kept(at, "order") })).toMatchObject({ qty: "1" }),
  ],
  [
    "orders",
    "getOrders",
    async (client) => expect(await client.getOrders({ status: "open", limit: 5 })).toHaveLength(1),
  ],
  [
    "orders",
    "replaceOrder",
    async (client, at) => {
      const order = await client.replaceOrder({ order_id: kept(at, "order"), qty: 2 });
      expect(order).toMatchObject({ qty: "2" });
      at.kept.set("replaced", order.id);
    },
  ],
  [
    "orders",
    "cancelOrder",
    async (client, at) => expect(await client.cancelOrder({ order_id: kept(at, "replaced") })).toEqual({}),
  ],
  ["orders", "cancelOrders", async (client) => expect(await client.cancelOrders()).toEqual([])],
  [
    "positions",
    "getPositions",
    async (client) => expect(await client.getPositions()).toMatchObject([{ symbol: SYMBOL }]),
  ],
  [
    "positions",
    "getPosition",
    async (client) => expect(await client.getPosition({ symbol_or_asset_id: SYMBOL })).toMatchObject({ side: "long" }),
  ],
  [
    "positions",
    "closePosition",
    async (client) => {
      const order = await client.closePosition({ symbol_or_asset_id: SYMBOL });
      expect(order).toMatchObject({ side: "sell", status: "filled" });
    },
  ],
  ["positions", "closePositions", async (client) => expect(await client.closePositions()).toEqual([])],
  [
    "activities",
    "getActivities",
    async (client) => expect((await client.getActivities())[0]).toHaveProperty("activity_type"),
  ],
  [
    "activities",
    "getActivity",
    async (client) =>
      expect((await client.getActivity({ activity_type: "FILL" }))[0]).toMatchObject({ symbol: SYMBOL }),
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
    "getConfigurations",
    async (client) => expect(await client.getConfigurations()).toMatchObject({ suspend_trade: false }),
  ],
  [
    "configurations",
    "updateConfigurations",
    async (client) =>
      expect(await client.updateConfigurations({ trade_confirm_email: "all" })).toMatchObject({ suspend_trade: false }),
  ],
  [
    "watchlists",
    "createWatchlist",
    async (client, at) => {
      const made = await client.createWatchlist({ name: "sdk", symbols: [SYMBOL] });
      expect(made.assets).toMatchObject([{ symbol: SYMBOL }]);
      at.kept.set("list", made.id);
    },
  ],
  [
    "watchlists",
    "getWatchlists",
    async (client) => expect(await client.getWatchlists()).toMatchObject([{ name: "sdk" }]),
  ],
  [
    "watchlists",
    "getWatchlist",
    async (client, at) =>
      expect(await client.getWatchlist({ watchlist_id: kept(at, "list") })).toMatchObject({ name: "sdk" }),
  ],
  [
    "watchlists",
    "updateWatchlist",
    async (client, at) => {
      const changed = await client.updateWatchlist({ watchlist_id: kept(at, "list"), name: "new", symbols: ["F"] });
      expect(changed).toMatchObject({ name: "new", assets: [{ symbol: "F" }] });
    },
  ],
  [
    "watchlists",
    "deleteWatchlist",
    async (client, at) => {
      await client.deleteWatchlist({ watchlist_id: kept(at, "list") });
      await code(client.getWatchlist({ watchlist_id: kept(at, "list") }), 40_410_000);
    },
  ],
  [
    "corporate actions",
    "getCorporateActions",
    async (client) => {
      const asked = { ca_types: "dividend", since: "2026-10-01", until: "2026-11-30" };
      expect(await client.getCorporateActions(asked)).toEqual([]);
    },
  ],
  [
    "corporate actions",
    "getCorporateAction",
    (client) => code(client.getCorporateAction({ id: UNKNOWN_ID }), 40_410_000),
  ],
  ["wallets", "getCryptoWallets", async (client) => expect(await client.getCryptoWallets()).toEqual([])],
  [
    "wallets",
    "getCryptoTransfers",
    async (client) => expect((await client.getCryptoTransfers())[0]).toMatchObject({ asset: "USD" }),
  ],
  ["wallets", "getCryptoTransfer", (client) => code(client.getCryptoTransfer({ transfer_id: UNKNOWN_ID }), 40_410_000)],
  ["wallets", "getCryptoWallet", (client) => code(client.getCryptoWallet({ asset: "BTC" }), 40_410_000)],
  [
    "wallets",
    "getCryptoWhitelistedAddress",
    async (client) => expect(await client.getCryptoWhitelistedAddress({})).toEqual([]),
  ],
  [
    "wallets",
    "getCryptoWhitelistedAddresses",
    async (client) => expect(await client.getCryptoWhitelistedAddresses()).toEqual([]),
  ],
  noChain("createCryptoTransfer", { asset: "BTC", amount: "1", address: "x" }),
  noChain("requestCryptoWhitelistedAddress", { asset: "BTC", address: "x" }),
  noChain("removeCryptoWhitelistedAddress", { whitelisted_address_id: UNKNOWN_ID }),
  noChain("getFeeEstimate", { asset: "BTC", amount: "1" }),
  absent("exerciseOption", { symbol_or_contract_id: UNKNOWN_ID }),
  absent("getOptionsContract", { symbol_or_contract_id: UNKNOWN_ID }),
  absent("getOptionsContracts", {}),
  ...typescriptSdkData,
];

export const typescriptSdk: ContractClient = {
  name: "ts-sdk",
  slow: true,
  connect: async ({ url, trader }) => {
    const { createClient } = await import(PACKAGE);
    return createClient({ key: trader.keyId, secret: trader.secret, baseURL: url });
  },
  methods: (client) => functionsOf(client),
  probes,
};
