/** Market data by @alpacahq/typescript-sdk. */
import { expect } from "vitest";
import { type Any, type Area, isBar, isTrade, numbers, PAST, type Probe, refusal, SYMBOL } from "./probes.ts";

const of = (area: Area, method: string, asked: object, check: (answer: Any) => unknown): Probe => [
  area,
  method,
  async (client) => check(await client[method](asked)),
];
/** Of a path that Alpaca does not have either, or of what is not offered. */
const absent = (method: string, asked: object): Probe => [
  "not offered",
  method,
  async (client) => {
    const { message } = await refusal(client[method](asked));
    expect(JSON.parse(message)).toMatchObject({ code: 40_410_000 });
  },
];

const start = PAST;
const shares = { symbols: SYMBOL, start };
const coins = { loc: "us", symbols: SYMBOL };

export const typescriptSdkData: readonly Probe[] = [
  of("stock latest", "getStocksQuotesLatest", shares, ({ quotes }) =>
    expect(quotes[SYMBOL]).toMatchObject({ ap: 200.1, bp: 199.9 }),
  ),
  of("stock latest", "getStocksTradesLatest", shares, ({ trades }) => isTrade(trades[SYMBOL])),
  of("stock latest", "getStocksBarsLatest", shares, ({ bars }) => isBar(bars[SYMBOL])),
  of("stock latest", "getStocksConditions", { tickType: "quote", tape: "A" }, (codes) =>
    expect(codes).toHaveProperty("R"),
  ),
  of("stock latest", "getStocksExchangeCodes", {}, (venues) => expect(venues).toHaveProperty("V")),
  of("stock history, snapshots", "getStocksBars", { ...shares, timeframe: "1Day" }, ({ bars }) =>
    isBar(bars[SYMBOL][0]),
  ),
  of("stock history, snapshots", "getStocksTrades", shares, ({ trades }) => isTrade(trades[SYMBOL][0])),
  of("stock history, snapshots", "getStocksQuotes", shares, ({ quotes }) =>
    numbers(quotes[SYMBOL][0], "ap", "as", "bp", "bs"),
  ),
  of("stock history, snapshots", "getStocksAuctions", shares, ({ auctions }) => expect(auctions).toEqual({})),
  absent("getStocksSnapshots", shares),
  of("crypto data", "getLatestCryptoBars", coins, ({ bars }) => isBar(bars[SYMBOL])),
  of("crypto data", "getCryptoQuotesLatest", coins, ({ quotes }) =>
    expect(quotes[SYMBOL]).toMatchObject({ ap: 200.1 }),
  ),
  of("crypto data", "getCryptoTradesLatest", coins, ({ trades }) => isTrade(trades[SYMBOL])),
  of("crypto data", "getLatestCryptoOrderbooks", coins, ({ orderbooks }) =>
    expect(orderbooks[SYMBOL].a[0]).toMatchObject({ p: 200.1 }),
  ),
  [
    "crypto data",
    "getCryptoTrades",
    // It asks for the location `:loc`.
    async (client) => {
      const { message } = await refusal(client.getCryptoTrades({ loc: "us", symbols: SYMBOL, start }));
      expect(JSON.parse(message)).toMatchObject({ code: 40_010_000, message: "invalid location: :loc" });
    },
  ],
  absent("getCryptoBars", coins),
  absent("getCryptoQuotes", coins),
  absent("getCryptoSnapshots", coins),
  of("screener and news", "getStocksMostActives", { by: "volume", top: 5 }, (answer) =>
    expect(answer.most_actives[0]).toMatchObject({ symbol: SYMBOL }),
  ),
  absent("getStocksMarketMovers", { top: 5 }),
  of("screener and news", "getNews", { symbols: SYMBOL }, ({ news }) => expect(news).toEqual([])),
  of("corporate actions", "getStocksCorporateActions", { symbols: SYMBOL }, (answer) =>
    expect(answer.corporate_actions).toEqual({}),
  ),
  absent("getLogo", { symbol: SYMBOL }),
  absent("getForexRates", { currency_pairs: "EURUSD" }),
  absent("getLatestForexRates", { currency_pairs: "EURUSD" }),
  ...["Bars", "Exchanges", "Snapshots", "Trades", "TradesLatest"].map((what) =>
    absent(`getOptions${what}`, { symbols: SYMBOL }),
  ),
];
