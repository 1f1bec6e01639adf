/** The implicit methods of ccxt: each is one request of the trading API. */
import { expect } from "vitest";
import { type Any, type Area, kept, type Probe, refusal, type Surroundings, SYMBOL, UNKNOWN_ID } from "./probes.ts";

const NAME = "ccxt list";

/** The code in the text of an error. */
const code = async (call: Promise<unknown>, number: number): Promise<void> => {
  const { message } = await refusal(call);
  expect(JSON.parse(message.slice(message.indexOf("{")))).toMatchObject({ code: number });
};

type Given = object | ((at: Surroundings) => object);

/** One request; `check` sees its answer. Without it, any success will do. */
const probe = (area: Area, method: string, given: Given, check?: (answer: Any, at: Surroundings) => unknown): Probe => [
  area,
  `traderPrivate${method}`,
  async (client, at) => {
    const answer = await client[`traderPrivate${method}`](typeof given === "function" ? given(at) : given);
    await check?.(answer, at);
  },
];
const refused = (area: Area, method: string, given: object, number: number): Probe => [
  area,
  `traderPrivate${method}`,
  (client) => code(client[`traderPrivate${method}`](given), number),
];
const absent = (method: string, given: object = {}): Probe => refused("not offered", method, given, 40_410_000);

const resting = { symbol: SYMBOL, qty: "1", side: "buy", type: "limit", time_in_force: "gtc", limit_price: "150" };
const byId = (at: Surroundings) => ({ order_id: kept(at, "implicit") });
const listOf = (at: Surroundings) => ({ watchlist_id: kept(at, "list") });
const symbols = (expected: readonly string[]) => (answer: Any) =>
  expect(answer.assets.map(({ symbol }: Any) => symbol)).toEqual(expected);
const ANNOUNCED = { ca_types: "split", since: "2026-10-01", until: "2026-11-30" };
const isList = (answer: Any): void => expect(Array.isArray(answer)).toBe(true);

export const implicit: readonly Probe[] = [
  probe("account", "GetV2Account", {}, (answer, { trader }) => expect(answer.id).toBe(trader.accountId)),
  probe("assets", "GetV2Assets", { status: "active" }, isList),
  probe("assets", "GetV2AssetsSymbolOrAssetId", { symbol_or_asset_id: SYMBOL }, (answer) =>
    expect(answer.symbol).toBe(SYMBOL),
  ),
  probe("clock and calendar", "GetV2Clock", {}, (answer) => expect(answer.is_open).toBe(true)),
  probe("clock and calendar", "GetV2Calendar", { start: "2026-11-20", end: "2026-11-20" }, (answer) =>
    expect(answer).toHaveLength(1),
  ),
  probe("orders", "PostV2Orders", resting, (answer, at) => at.kept.set("implicit", answer.id)),
  probe("orders", "GetV2Orders", { status: "open" }, isList),
  probe("orders", "GetV2OrdersOrderId", byId, (answer) => expect(answer.qty).toBe("1")),
  probe(
    "orders",
    "PatchV2OrdersOrderId",
    (at) => ({ ...byId(at), qty: "2" }),
    (answer, at) => at.kept.set("implicit", answer.id),
  ),
  // Alpaca replaces with PATCH only.
  refused("orders", "PutV2OrdersOrderId", { order_id: UNKNOWN_ID }, 40_510_000),
  probe("orders", "DeleteV2OrdersOrderId", byId),
  probe("orders", "DeleteV2Orders", {}, isList),
  probe("positions", "GetV2Positions", {}, (answer) => expect(answer[0]).toMatchObject({ symbol: SYMBOL })),
  probe("positions", "GetV2PositionsSymbolOrAssetId", { symbol_or_asset_id: SYMBOL }),
  probe("positions", "DeleteV2PositionsSymbolOrAssetId", { symbol_or_asset_id: SYMBOL, percentage: "50" }, (answer) =>
    expect(answer).toMatchObject({ side: "sell", status: "filled" }),
  ),
  probe("positions", "DeleteV2Positions", { cancel_orders: "true" }, (answer) =>
    expect(answer[0]).toMatchObject({ status: 200 }),
  ),
  probe("activities", "GetV2AccountActivities", { activity_types: "FILL,CSD" }, isList),
  probe("activities", "GetV2AccountActivitiesActivityType", { activity_type: "FILL" }, isList),
  probe("portfolio history", "GetV2AccountPortfolioHistory", { period: "1M", timeframe: "1D" }, (answer) =>
    expect(answer.equity).toHaveLength(answer.timestamp.length),
  ),
  probe("configurations", "GetV2AccountConfigurations", {}, (answer) => expect(answer.suspend_trade).toBe(false)),
  probe("configurations", "PatchV2AccountConfigurations", { suspend_trade: false }, (answer) =>
    expect(answer.suspend_trade).toBe(false),
  ),
  probe("watchlists", "PostV2Watchlists", { name: NAME, symbols: [SYMBOL] }, (answer, at) =>
    at.kept.set("list", answer.id),
  ),
  probe("watchlists", "GetV2Watchlists", {}, (answer) => expect(answer).toHaveLength(1)),
  probe("watchlists", "GetV2WatchlistsWatchlistId", listOf, symbols([SYMBOL])),
  probe("watchlists", "GetV2WatchlistsByName", { name: NAME }, symbols([SYMBOL])),
  probe("watchlists", "PostV2WatchlistsWatchlistId", (at) => ({ ...listOf(at), symbol: "F" }), symbols([SYMBOL, "F"])),
  probe(
    "watchlists",
    "PutV2WatchlistsWatchlistId",
    (at) => ({ ...listOf(at), symbols: ["F", SYMBOL] }),
    symbols(["F", SYMBOL]),
  ),
  probe(
    "watchlists",
    "DeleteV2WatchlistsWatchlistIdSymbol",
    (at) => ({ ...listOf(at), symbol: "F" }),
    symbols([SYMBOL]),
  ),
  // ccxt sends all parameters in the body here, and Alpaca wants the name in the query.
  refused("watchlists", "PostV2WatchlistsByName", { name: NAME, symbol: "F" }, 40_010_001),
  refused("watchlists", "PutV2WatchlistsByName", { name: NAME, symbols: [] }, 40_010_001),
  probe("watchlists", "DeleteV2WatchlistsByName", { name: NAME }),
  refused("watchlists", "DeleteV2WatchlistsWatchlistId", { watchlist_id: UNKNOWN_ID }, 40_410_000),
  probe("corporate actions", "GetV2CorporateActionsAnnouncements", ANNOUNCED, (answer) => expect(answer).toEqual([])),
  refused("corporate actions", "GetV2CorporateActionsAnnouncementsId", { id: UNKNOWN_ID }, 40_410_000),
  probe("wallets", "GetV2Wallets", {}, (answer) => expect(answer).toEqual([])),
  probe("wallets", "GetV2WalletsTransfers", {}, (answer) =>
    expect(answer.map(({ asset }: Any) => asset)).toEqual(["BTC", "USD"]),
  ),
  refused("wallets", "PostV2WalletsTransfers", { asset: "BTC", amount: "1", address: "x" }, 42_210_000),
  absent("GetV2WalletsTravelRuleVasps"),
  refused(
    "not offered",
    "PatchV2WalletsWhitelistsWhitelistedAddressIdTravelRuleInfo",
    { whitelisted_address_id: "1" },
    40_410_000,
  ),
  absent("GetV1Locates"),
  absent("GetV1LocatesLocateId", { locate_id: UNKNOWN_ID }),
  absent("GetV1LocatesQuotes", { symbols: SYMBOL }),
  absent("PostV1Locates", { symbol: SYMBOL }),
  absent("GetV2TokenizationRequests"),
  absent("GetV2TokenizationRequestsTokenizationRequestId", { tokenization_request_id: UNKNOWN_ID }),
  absent("GetV2TokenizationRequestsByClientRequestId", { client_request_id: UNKNOWN_ID }),
];
