/** Market data by ccxt: the unified methods but those of streams, and each request of the market data API. */
import { expect } from "vitest";
import { type Any, type Area, isBar, isTrade, PAST, type Probe, refusal, SYMBOL } from "./probes.ts";

const PAIR = "AAPL/USD";

const of = (area: Area, method: string, asked: readonly unknown[], check: (answer: Any) => unknown): Probe => [
  area,
  method,
  async (client) => check(await client[method](...asked)),
];
const coins = (method: string, asked: readonly unknown[], check: (answer: Any) => unknown): Probe =>
  of("crypto data", method, asked, check);
const request = (area: Area, method: string, asked: object, check: (answer: Any) => unknown): Probe =>
  of(area, `market${method}`, [asked], check);
const absent = (method: string, asked: object): Probe => [
  "not offered",
  `market${method}`,
  async (client) => {
    const { message } = await refusal(client[`market${method}`](asked));
    expect(message).toContain("does not offer");
  },
];

const isTicker = (ticker: Any): void => {
  expect(ticker).toMatchObject({ symbol: PAIR, ask: 200.1, bid: 199.9 });
  for (const name of ["open", "high", "low", "close", "baseVolume"]) expect(ticker[name], name).toBeTypeOf("number");
};
const isQuote = (quote: Any): void => {
  for (const name of ["ap", "as", "bp", "bs"]) expect(quote[name], name).toBeTypeOf("number");
};
const start = PAST;
const shares = { symbols: SYMBOL, start };
const one = { symbol: SYMBOL, start };
const pair = { loc: "us", symbols: SYMBOL };
const none = (name: string) => (answer: Any) => expect(Object.values<Any>(answer[name]).flat()).toEqual([]);

export const ccxtData: readonly Probe[] = [
  coins("fetchTicker", [PAIR], isTicker),
  coins("fetchTickers", [[PAIR]], (tickers) => isTicker(tickers[PAIR])),
  coins("fetchOrderBook", [PAIR], ({ asks, bids }) => expect([asks[0][0], bids[0][0]]).toEqual([200.1, 199.9])),
  coins("fetchTrades", [PAIR, Date.parse(start), 3], (trades) => {
    expect(trades).toHaveLength(3);
    expect(trades[0]).toMatchObject({ symbol: PAIR, side: expect.stringMatching(/^(?:buy|sell)$/) });
  }),
  coins("fetchOHLCV", [PAIR, "1d", Date.parse(start)], (candles) => {
    expect(candles.length).toBeGreaterThan(0);
    for (const value of candles[0]) expect(value).toBeTypeOf("number");
  }),
  request("stock latest", "PrivateGetV2StocksQuotesLatest", { symbols: SYMBOL }, ({ quotes }) =>
    expect(quotes[SYMBOL]).toMatchObject({ ap: 200.1 }),
  ),
  request("stock latest", "PrivateGetV2StocksSymbolQuotesLatest", one, ({ quote }) => expect(quote.bp).toBe(199.9)),
  request("stock latest", "PrivateGetV2StocksTradesLatest", { symbols: SYMBOL }, ({ trades }) =>
    isTrade(trades[SYMBOL]),
  ),
  request("stock latest", "PrivateGetV2StocksSymbolTradesLatest", one, ({ trade }) => isTrade(trade)),
  request("stock latest", "PrivateGetV2StocksBarsLatest", { symbols: SYMBOL }, ({ bars }) => isBar(bars[SYMBOL])),
  request("stock latest", "PrivateGetV2StocksSymbolBarsLatest", one, ({ bar }) => isBar(bar)),
  request("stock latest", "PrivateGetV2StocksMetaExchanges", {}, (venues) => expect(venues).toHaveProperty("V")),
  request("stock latest", "PrivateGetV2StocksMetaConditionsTicktype", { ticktype: "trade", tape: "A" }, (codes) =>
    expect(codes).toHaveProperty("@"),
  ),
  request("stock history, snapshots", "PrivateGetV2StocksBars", { ...shares, timeframe: "1Day" }, ({ bars }) =>
    isBar(bars[SYMBOL][0]),
  ),
  request("stock history, snapshots", "PrivateGetV2StocksSymbolBars", { ...one, timeframe: "1Min" }, ({ bars }) =>
    isBar(bars[0]),
  ),
  request("stock history, snapshots", "PrivateGetV2StocksTrades", shares, ({ trades }) => isTrade(trades[SYMBOL][0])),
  request("stock history, snapshots", "PrivateGetV2StocksSymbolTrades", one, ({ trades }) => isTrade(trades[0])),
  request("stock history, snapshots", "PrivateGetV2StocksQuotes", shares, ({ quotes }) => isQuote(quotes[SYMBOL][0])),
  request("stock history, snapshots", "PrivateGetV2StocksSymbolQuotes", one, ({ quotes }) => isQuote(quotes[0])),
  request("stock history, snapshots", "PrivateGetV2StocksAuctions", shares, none("auctions")),
  request("stock history, snapshots", "PrivateGetV2StocksSymbolAuctions", one, none("auctions")),
  request("stock history, snapshots", "PrivateGetV2StocksSnapshots", { symbols: SYMBOL }, (map) =>
    isBar(map[SYMBOL].dailyBar),
  ),
  request("stock history, snapshots", "PrivateGetV2StocksSymbolSnapshot", one, ({ minuteBar }) => isBar(minuteBar)),
  request("crypto data", "PublicGetV1beta3CryptoLocBars", { ...pair, start, timeframe: "1Hour" }, ({ bars }) =>
    isBar(bars[SYMBOL][0]),
  ),
  request("crypto data", "PublicGetV1beta3CryptoLocTrades", { ...pair, start }, ({ trades }) =>
    isTrade(trades[SYMBOL][0]),
  ),
  request("crypto data", "PublicGetV1beta3CryptoLocQuotes", { ...pair, start }, ({ quotes }) =>
    isQuote(quotes[SYMBOL][0]),
  ),
  request("crypto data", "PublicGetV1beta3CryptoLocSnapshots", pair, ({ snapshots }) =>
    isBar(snapshots[SYMBOL].dailyBar),
  ),
  request("crypto data", "PublicGetV1beta3CryptoLocLatestBars", pair, ({ bars }) => isBar(bars[SYMBOL])),
  request("crypto data", "PublicGetV1beta3CryptoLocLatestTrades", pair, ({ trades }) => isTrade(trades[SYMBOL])),
  request("crypto data", "PublicGetV1beta3CryptoLocLatestQuotes", pair, ({ quotes }) =>
    expect(quotes[SYMBOL].ap).toBe(200.1),
  ),
  request("crypto data", "PublicGetV1beta3CryptoLocLatestOrderbooks", pair, ({ orderbooks }) =>
    expect(orderbooks[SYMBOL].a[0].p).toBe(200.1),
  ),
  request("screener and news", "PrivateGetV1beta1News", { symbols: SYMBOL }, none("news")),
  request("screener and news", "PrivateGetV1beta1ScreenerStocksMostActives", { top: "5" }, (answer) =>
    expect(answer.most_actives[0].symbol).toBe(SYMBOL),
  ),
  request("screener and news", "PrivateGetV1beta1ScreenerMarketTypeMovers", { market_type: "crypto" }, none("gainers")),
  request("corporate actions", "PrivateGetV1beta1CorporateActions", { symbols: SYMBOL }, none("corporate_actions")),
  absent("PrivateGetV1beta1FixedIncomeLatestPrices", { isins: "US0378331005" }),
  absent("PrivateGetV1beta1FixedIncomeLatestQuotes", { isins: "US0378331005" }),
  absent("PrivateGetV1beta1ForexLatestRates", { currency_pairs: "EURUSD" }),
  absent("PrivateGetV1beta1ForexRates", { currency_pairs: "EURUSD" }),
  absent("PrivateGetV1beta1LogosSymbol", { symbol: SYMBOL }),
];
