/** ccxt: every unified method but the streams of market data, and every implicit one of the trading and data APIs. */
import ccxt from "ccxt";
import { expect, vi } from "vitest";
import {
  type Any,
  type ContractClient,
  functionsOf,
  money,
  type Probe,
  refusal,
  SYMBOL,
  UNKNOWN_ID,
} from "./probes.ts";
import { ccxtData } from "./ccxtData.ts";
import { ccxtPro } from "./ccxtPro.ts";
import { implicit } from "./ccxtImplicit.ts";

const PAIR = "AAPL/USD";
/** Streams of market data, which have tests of their own. */
const STREAMS = /^watch(?:OrderBook|OHLCV|Ticker|Trades)$/;
/** Facts about the exchange beside its methods, and what this class has no method for. */
const FACTS = /^(?:spot|sandbox|publicAPI|privateAPI|CORS|ws|fetchCurrencies|fetchL1OrderBook)$|Ws$/;

const order = (method: string, call: (client: Any) => Promise<Any>, expected: object): Probe => [
  "orders",
  method,
  async (client) => expect(await call(client)).toMatchObject({ symbol: PAIR, ...expected }),
];
const list = (area: "orders" | "wallets", method: string, call: (client: Any) => Promise<Any[]>): Probe => [
  area,
  method,
  async (client) => expect((await call(client)).length).toBeGreaterThan(0),
];

const unified: readonly Probe[] = [
  [
    "clock and calendar",
    "fetchTime",
    async (client) => expect(Math.abs((await client.fetchTime()) - Date.now())).toBeLessThan(60_000),
  ],
  [
    "assets",
    "fetchMarkets",
    async (client) => {
      const coins = await client.fetchMarkets();
      expect(coins.map(({ id }: Any) => id)).toEqual(expect.arrayContaining(["BTC/USD", SYMBOL]));
    },
  ],
  [
    "account",
    "fetchBalance",
    async (client) => {
      const balance = await client.fetchBalance();
      expect(balance.USD.total).toBeGreaterThan(0);
      expect(balance.BTC).toMatchObject({ total: 1 });
    },
  ],
  order("createMarketOrder", (client) => client.createMarketOrder(PAIR, "buy", 1), { filled: 1 }),
  order("createMarketBuyOrder", (client) => client.createMarketBuyOrder(PAIR, 1), { status: "closed", filled: 1 }),
  order("createMarketBuyOrderWithCost", (client) => client.createMarketBuyOrderWithCost(PAIR, 100.05), { filled: 0.5 }),
  order("createMarketOrderWithCost", (client) => client.createMarketOrderWithCost(PAIR, "buy", 100.05), {
    filled: 0.5,
  }),
  order("createMarketSellOrderWithCost", (client) => client.createMarketSellOrderWithCost(PAIR, 100), {
    side: "sell",
    status: "closed",
  }),
  [
    "orders",
    "createOrder",
    async (client, at) => {
      const placed = await client.createOrder(PAIR, "limit", "buy", 1.5, 150.25);
      expect(await client.fetchOrder(placed.id, PAIR)).toMatchObject({ status: "open", amount: 1.5, price: 150.25 });
      at.kept.set("order", placed.id);
      await expect(client.createOrder(PAIR, "limit", "buy", 10_000, 190)).rejects.toBeInstanceOf(
        ccxt.InsufficientFunds,
      );
    },
  ],
  [
    "orders",
    "fetchOrder",
    async (client, at) => {
      expect(await client.fetchOrder(at.kept.get("order"), PAIR)).toMatchObject({ id: at.kept.get("order") });
      await expect(client.fetchOrder(UNKNOWN_ID, PAIR)).rejects.toBeInstanceOf(ccxt.InvalidOrder);
    },
  ],
  [
    "orders",
    "editOrder",
    async (client, at) => {
      const edited = await client.editOrder(at.kept.get("order"), PAIR, "limit", "buy", 2, 149);
      expect(edited).toMatchObject({ amount: 2, price: 149 });
      at.kept.set("edited", edited.id);
    },
  ],
  list("orders", "fetchOrders", (client) => client.fetchOrders(PAIR, Date.parse("2020-01-01"), 50)),
  list("orders", "fetchOpenOrders", (client) => client.fetchOpenOrders(PAIR)),
  list("orders", "fetchClosedOrders", (client) => client.fetchClosedOrders(PAIR)),
  order("createLimitOrder", (client) => client.createLimitOrder(PAIR, "buy", 1, 148), { price: 148, status: "open" }),
  [
    "orders",
    "createStopOrder",
    // It sends `stopPrice`, a field that Alpaca does not have: a limit order without its stop would be the alternative.
    async (client) =>
      expect(await refusal(client.createStopOrder(PAIR, "limit", "buy", 1, 251, 250))).toBeInstanceOf(ccxt.BadRequest),
  ],
  order("createTriggerOrder", (client) => client.createTriggerOrder(PAIR, "limit", "buy", 1, 251, 250), {
    triggerPrice: 250,
  }),
  [
    "orders",
    "cancelOrder",
    async (client, at) => {
      await client.cancelOrder(at.kept.get("edited"), PAIR);
      expect(await client.fetchOrder(at.kept.get("edited"), PAIR)).toMatchObject({ status: "canceled" });
    },
  ],
  ["orders", "cancelAllOrders", async (client) => expect((await client.cancelAllOrders()).length).toBeGreaterThan(0)],
  [
    "trading stream",
    "watchOrders",
    async (client) => {
      const updates = client.watchOrders(PAIR);
      // The first update only comes once the stream listens: it trades until then.
      const trading = async () => {
        await client.createOrder(PAIR, "market", "buy", 1);
        expect(await Promise.race([updates, new Promise((resolve) => setImmediate(resolve, null))])).not.toBeNull();
      };
      await vi.waitFor(trading, { timeout: 20_000, interval: 200 });
      expect((await updates)[0]).toMatchObject({ symbol: PAIR, side: "buy" });
    },
  ],
  [
    "trading stream",
    "watchMyTrades",
    async (client) => {
      const trades = client.watchMyTrades(PAIR);
      const trading = async () => {
        await client.createOrder(PAIR, "market", "buy", 1);
        expect(await Promise.race([trades, new Promise((resolve) => setImmediate(resolve, null))])).not.toBeNull();
      };
      await vi.waitFor(trading, { timeout: 20_000, interval: 200 });
      expect((await trades)[0]).toMatchObject({ symbol: PAIR, price: 200.1 });
    },
  ],
  [
    "activities",
    "fetchMyTrades",
    async (client) => {
      const trades = await client.fetchMyTrades(PAIR, undefined, 10);
      expect(trades.length).toBeGreaterThan(0);
      expect(trades[0]).toMatchObject({ symbol: PAIR });
      money(String(trades[0].price));
    },
  ],
  list("wallets", "fetchDeposits", (client) => client.fetchDeposits()),
  list("wallets", "fetchDepositsWithdrawals", (client) => client.fetchDepositsWithdrawals("USD")),
  ["wallets", "fetchWithdrawals", async (client) => expect(await client.fetchWithdrawals()).toEqual([])],
  [
    "wallets",
    "fetchDepositAddress",
    async (client) => expect(await refusal(client.fetchDepositAddress("BTC"))).toBeInstanceOf(ccxt.BadRequest),
  ],
  [
    "wallets",
    "withdraw",
    async (client) =>
      expect(await refusal(client.withdraw("BTC", 1, "bc1q2fpskfnwem3uq9z8660e4z6pfv7aqfamysk75r"))).toBeInstanceOf(
        ccxt.BadRequest,
      ),
  ],
];

export const ccxtClient: ContractClient = {
  name: "ccxt",
  connect: async (at) => {
    const client = await ccxtPro(at, "/v2/iex");
    await client.loadMarkets();
    return client;
  },
  methods: (client) => [
    ...Object.keys(client.has).filter((name) => client.has[name] === true && !STREAMS.test(name) && !FACTS.test(name)),
    ...functionsOf(client).filter((name) =>
      /^(?:traderPrivate|market(?:Public|Private))(?:Get|Post|Put|Patch|Delete)[A-Z]/.test(name),
    ),
  ],
  // Of positions it reads those in coins only.
  owns: { "BTC/USD": 1 },
  probes: [...unified, ...implicit, ...ccxtData],
  close: (client) => client.close(),
};
