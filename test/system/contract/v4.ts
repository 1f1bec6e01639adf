/** @alpacahq/alpaca-trade-api 4: every method of `alpaca.trading` and `alpaca.marketData`. */
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import { expect } from "vitest";
import {
  type Any,
  type Area,
  type ContractClient,
  functionsOf,
  kept,
  money,
  OWNED,
  type Probe,
  SYMBOL,
  uuid,
} from "./probes.ts";
import { activityStream } from "./activityEvents.ts";
import { code, rests, v4Orders } from "./v4Orders.ts";
import { dataMethods, v4Data } from "./v4Data.ts";
import { v4Rest } from "./v4Rest.ts";

const APIS = [
  "account",
  "accountActivities",
  "accountConfigurations",
  "assets",
  "calendar",
  "clock",
  "corporateActions",
  "cryptoFunding",
  "events",
  "locates",
  "orders",
  "portfolioHistory",
  "positions",
  "tokenization",
  "watchlists",
] as const;
/** Of the generated classes, and the pair of each method that gives the raw response. */
const PLUMBING =
  /Raw$|^(?:fetchApi|withMiddleware|withPreMiddleware|withPostMiddleware|isJsonMime|request|createFetchParams|clone)$/;

const list = (name: string) => ({ updateWatchlistRequest: { name, symbols: ["MSFT", SYMBOL] } });

const activity = (area: Area, method: string, call: (client: Any) => AsyncIterable<Any> | Promise<Any>): Probe => [
  area,
  method,
  async (client) => {
    const found: Any[] = [];
    for await (const each of (await call(client)) as AsyncIterable<Any>) found.push(each);
    expect(found.length).toBeGreaterThan(0);
    for (const each of found) expect(each.id).toMatch(/^\d{17}::/);
  },
];

const probes: readonly Probe[] = [
  ...([
    [
      "account",
      "validateConnection",
      async ({ trading }) => expect(await trading.validateConnection()).toMatchObject({ ok: true }),
    ],
    [
      "account",
      "account.getAccount",
      async ({ trading }, { trader }) => {
        const account = await trading.account.getAccount();
        expect(account).toMatchObject({ id: trader.accountId, status: "ACTIVE", currency: "USD" });
        for (const field of ["cash", "equity", "lastEquity", "buyingPower", "longMarketValue"]) money(account[field]);
      },
    ],
    [
      "assets",
      "assets.getV2Assets",
      async ({ trading }) => {
        const assets = await trading.assets.getV2Assets({
          status: "active",
          assetClass: "us_equity",
          exchange: "NASDAQ",
        });
        expect(assets.length).toBeGreaterThan(5);
        for (const asset of assets)
          expect(asset).toMatchObject({ _class: "us_equity", exchange: "NASDAQ", tradable: true });
        expect(await trading.assets.getV2Assets({ attributes: ["has_options"] })).toEqual([]);
        expect((await trading.assets.getV2Assets({ assetClass: "crypto" })).length).toBeGreaterThan(0);
      },
    ],
    [
      "assets",
      "assets.getV2AssetsSymbolOrAssetId",
      async ({ trading }) => {
        const coin = await trading.assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: "BTC/USD" });
        expect(coin).toMatchObject({ symbol: "BTC/USD", _class: "crypto", fractionable: true });
        expect(await trading.assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: coin.id })).toEqual(coin);
        await code(trading.assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: "NOPE" }), 404, 40_410_000);
      },
    ],
    [
      "clock and calendar",
      "clock.legacyClock",
      async ({ trading }) => expect((await trading.clock.legacyClock()).timestamp.getTime()).toBeGreaterThan(0),
    ],
    [
      "clock and calendar",
      "clock.clock",
      async ({ trading }) => {
        const { clocks } = await trading.clock.clock({ markets: "NASDAQ", time: new Date("2026-11-20T15:00:00Z") });
        expect(clocks).toMatchObject([{ market: { acronym: "NASDAQ" }, phase: "core", isMarketDay: true }]);
        await code(trading.clock.clock({ markets: "LSE" }), 422, 40_010_001);
      },
    ],
    [
      "clock and calendar",
      "calendar.legacyCalendar",
      async ({ trading }) => {
        const day = new Date("2026-11-20");
        expect(await trading.calendar.legacyCalendar({ start: day, end: day })).toMatchObject([{ date: day }]);
      },
    ],
    [
      "clock and calendar",
      "calendar.calendar",
      async ({ trading }) => {
        const day = new Date("2026-11-20");
        const { market, calendar } = await trading.calendar.calendar({ market: "NYSE", start: day, end: day });
        expect(market.mic).toBe("XNYS");
        expect(calendar).toMatchObject([{ date: day }]);
        expect(calendar[0].coreEnd > calendar[0].coreStart).toBe(true);
      },
    ],
  ] satisfies readonly Probe[]),
  ...v4Orders,
  [
    "trading stream",
    "submitAndWait",
    async ({ trading }, { streamUrl }) => {
      const stream = trading.stream({ url: `${streamUrl}/stream` });
      stream.connect();
      try {
        const ticket = { type: "market", symbol: SYMBOL, qty: 1, side: "buy" } as const;
        expect(await trading.submitAndWait(ticket, { timeoutMs: 20_000, stream })).toMatchObject({ status: "filled" });
      } finally {
        stream.disconnect();
      }
    },
  ],
  [
    "trading stream",
    "stream",
    async ({ trading }, { streamUrl }) => {
      const stream = trading.stream({ url: `${streamUrl}/stream` });
      stream.connect();
      try {
        expect(await stream.waitForAuthenticationResult(20_000)).toMatchObject({ authenticated: true });
      } finally {
        stream.disconnect();
      }
    },
  ],
  [
    "positions",
    "positions.getAllOpenPositions",
    async ({ trading }) => {
      const [position] = await trading.positions.getAllOpenPositions();
      expect(position).toMatchObject({ symbol: SYMBOL, side: "long", assetClass: "us_equity" });
      for (const field of ["qty", "qtyAvailable", "avgEntryPrice", "marketValue", "costBasis", "unrealizedPl"])
        money(position[field]);
      for (const field of ["unrealizedIntradayPl", "unrealizedIntradayPlpc", "lastdayPrice", "changeToday"])
        money(position[field]);
    },
  ],
  [
    "positions",
    "positions.getOpenPosition",
    async ({ trading }) => {
      const position = await trading.positions.getOpenPosition({ symbolOrAssetId: SYMBOL });
      expect(await trading.positions.getOpenPosition({ symbolOrAssetId: position.assetId })).toMatchObject({
        symbol: SYMBOL,
      });
      await code(trading.positions.getOpenPosition({ symbolOrAssetId: "MSFT" }), 404, 40_410_000);
    },
  ],
  [
    "positions",
    "positions.deleteOpenPosition",
    async ({ trading }) => {
      const one = await trading.positions.deleteOpenPosition({ symbolOrAssetId: SYMBOL, qty: 1 });
      expect(one).toMatchObject({ side: "sell", qty: "1", status: "filled" });
      const share = await trading.positions.deleteOpenPosition({ symbolOrAssetId: SYMBOL, percentage: 50 });
      expect(Number(share.filledQty)).toBeGreaterThan(OWNED / 3);
      await code(trading.positions.deleteOpenPosition({ symbolOrAssetId: "MSFT" }), 404, 40_410_000);
    },
  ],
  [
    "positions",
    "positions.deleteAllOpenPositions",
    async ({ trading }) => {
      const closed = await trading.positions.deleteAllOpenPositions({ cancelOrders: true });
      expect(closed).toMatchObject([{ symbol: SYMBOL, status: 200, body: { side: "sell", status: "filled" } }]);
    },
  ],
  ["positions", "closeAllPositions", async ({ trading }) => expect(await trading.closeAllPositions()).toEqual([])],
  activity("activities", "accountActivities.getAccountActivities", ({ trading }) =>
    trading.accountActivities.getAccountActivities({ direction: "desc", pageSize: 5 }),
  ),
  activity("activities", "accountActivities.getAccountActivitiesByActivityType", ({ trading }) =>
    trading.accountActivities.getAccountActivitiesByActivityType({ activityType: "FILL" }),
  ),
  activity("activities", "iterateActivities", ({ trading }) => trading.iterateActivities({ pageSize: 2 })),
  activity("activities", "collectActivities", ({ trading }) => trading.collectActivities({ pageSize: 3 })),
  activity("activities", "iterateActivitiesByType", ({ trading }) =>
    trading.iterateActivitiesByType({ activityType: "FILL", pageSize: 2 }),
  ),
  activity("activities", "collectActivitiesByType", ({ trading }) =>
    trading.collectActivitiesByType({ activityType: "CSD" }),
  ),
  [
    "activities",
    "events.subscribeToActivitiesSSE",
    async ({ trading }, { trader, url }) => {
      // The generated method reads a whole response, so its stream has an end; a reader of events follows one without.
      const events = await trading.events.subscribeToActivitiesSSE({ since: new Date(0), until: new Date() });
      expect(events.length).toBeGreaterThan(2);
      for (const event of events) expect(event).toMatchObject({ currency: "USD", status: "executed" });
      expect(events.find(({ activityType }: Any) => activityType === "FILL").netAmount).toMatch(/^-\d/);
      const [first, ...rest] = events.map(({ eventId }: Any) => eventId);
      const keys = { "APCA-API-KEY-ID": trader.keyId, "APCA-API-SECRET-KEY": trader.secret };
      const stream = await activityStream(url, `?since_id=${first}`, keys);
      await stream.has(rest.length);
      expect(stream.events.map(({ id }) => id)).toEqual(rest);
      await stream.close();
    },
  ],
  [
    "portfolio history",
    "portfolioHistory.getAccountPortfolioHistory",
    async ({ trading }) => {
      const asked = { period: "1M", timeframe: "1D", intradayReporting: "market_hours", pnlReset: "per_day" };
      const history = await trading.portfolioHistory.getAccountPortfolioHistory(asked);
      const { length } = history.timestamp;
      for (const series of [history.equity, history.profitLoss, history.profitLossPct])
        expect(series).toHaveLength(length);
      expect(history.timeframe).toBe("1D");
      expect(typeof history.baseValue).toBe("number");
    },
  ],
  [
    "configurations",
    "accountConfigurations.getAccountConfig",
    async ({ trading }) => {
      const config = await trading.accountConfigurations.getAccountConfig();
      expect(config).toMatchObject({ suspendTrade: false, fractionalTrading: true });
    },
  ],
  [
    "configurations",
    "accountConfigurations.patchAccountConfig",
    async ({ trading }) => {
      const change = (suspendTrade: boolean) =>
        trading.accountConfigurations.patchAccountConfig({ accountConfigurations: { suspendTrade } });
      expect(await change(true)).toMatchObject({ suspendTrade: true });
      await code(trading.orders.limit(rests), 403, 40_310_000);
      expect(await change(false)).toMatchObject({ suspendTrade: false });
    },
  ],
  [
    "watchlists",
    "watchlists.postWatchlist",
    async ({ trading }, at) => {
      const asked = { createWatchlistRequest: { name: "v4", symbols: [SYMBOL, "MSFT"] } };
      const made = await trading.watchlists.postWatchlist(asked);
      uuid(made.id);
      expect(made.assets.map(({ symbol }: Any) => symbol)).toEqual([SYMBOL, "MSFT"]);
      at.kept.set("list", made.id);
      await code(trading.watchlists.postWatchlist(asked), 422, 40_010_001);
      const unknown = { createWatchlistRequest: { name: "other", symbols: ["NOPE"] } };
      await code(trading.watchlists.postWatchlist(unknown), 422, 42_210_000);
    },
  ],
  [
    "watchlists",
    "watchlists.getWatchlists",
    async ({ trading }, at) =>
      expect(await trading.watchlists.getWatchlists()).toMatchObject([{ id: kept(at, "list") }]),
  ],
  ...(
    [
      ["addAssetToWatchlist", { addAssetToWatchlistRequest: { symbol: "F" } }, [SYMBOL, "MSFT", "F"]],
      [
        "addAssetToWatchlistByName",
        { addAssetToWatchlistRequest: { symbol: "BTC/USD" } },
        [SYMBOL, "MSFT", "F", "BTC/USD"],
      ],
      ["getWatchlistById", {}, [SYMBOL, "MSFT", "F", "BTC/USD"]],
      ["getWatchlistByName", {}, [SYMBOL, "MSFT", "F", "BTC/USD"]],
      ["removeAssetFromWatchlist", { symbol: "BTC/USD" }, [SYMBOL, "MSFT", "F"]],
      ["updateWatchlistById", list("v4"), ["MSFT", SYMBOL]],
      ["updateWatchlistByName", list("v4"), ["MSFT", SYMBOL]],
    ] as const
  ).map(([method, asked, symbols]): Probe => [
    "watchlists",
    `watchlists.${method}`,
    async ({ trading }, at) => {
      const found = await trading.watchlists[method]({ watchlistId: kept(at, "list"), name: "v4", ...asked });
      expect(found.assets.map(({ symbol }: Any) => symbol)).toEqual(symbols);
    },
  ]),
  [
    "watchlists",
    "watchlists.deleteWatchlistById",
    async ({ trading }, at) => {
      await trading.watchlists.deleteWatchlistById({ watchlistId: kept(at, "list") });
      await code(trading.watchlists.getWatchlistById({ watchlistId: kept(at, "list") }), 404, 40_410_000);
    },
  ],
  [
    "watchlists",
    "watchlists.deleteWatchlistByName",
    async ({ trading }) => {
      await trading.watchlists.postWatchlist({ createWatchlistRequest: { name: "a b" } });
      await trading.watchlists.deleteWatchlistByName({ name: "a b" });
      expect(await trading.watchlists.getWatchlists()).toEqual([]);
    },
  ],
  ...v4Rest,
  ...v4Data,
];

export const v4: ContractClient = {
  name: "v4",
  connect: ({ url, trader }) =>
    new Alpaca({
      keyId: trader.keyId,
      secret: trader.secret,
      rateLimit: false,
      fetchApi: (input, init) => {
        const { pathname, search } = new URL(String(input));
        return fetch(url + pathname + search, init);
      },
    }),
  methods: ({ trading, marketData }) => [
    ...dataMethods({ marketData }),
    ...functionsOf(trading),
    ...APIS.flatMap((api) => functionsOf(trading[api]).map((name) => `${api}.${name}`)).filter(
      (name) => !PLUMBING.test(name.split(".")[1] ?? ""),
    ),
  ],
  probes,
};
