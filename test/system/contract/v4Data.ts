/** Market data by @alpacahq/alpaca-trade-api 4: every method of `alpaca.marketData` but the streams. */
import { expect } from "vitest";
import { type Any, type Area, functionsOf, isBar, numbers, PAST, type Probe, SYMBOL } from "./probes.ts";
import { code } from "./v4Orders.ts";

/** The classes whose methods are probed; those of options, forex and so on are called by the methods of `marketData`. */
const APIS = ["stocks", "crypto", "news", "screener"] as const;
const PLUMBING =
  /Raw$|^(?:fetchApi|withMiddleware|withPreMiddleware|withPostMiddleware|isJsonMime|request|createFetchParams|clone)$/;
const STREAMS = /Stream$/;

const start = new Date(PAST);
const several = { symbols: [SYMBOL], start };
const bars = { ...several, timeframe: "1Day" };
const raw = { symbols: SYMBOL, start };

/** A probe whose answer, or list of what is iterated, is checked. */
const of = (area: Area, method: string, asked: readonly unknown[], check: (answer: Any) => unknown): Probe => [
  area,
  `data.${method}`,
  async ({ marketData }) => {
    const path = method.split(".");
    const owner = path.length === 2 ? marketData[path[0] ?? ""] : marketData;
    const answer = await owner[path.at(-1) ?? ""](...asked);
    if (answer?.[Symbol.asyncIterator] === undefined) return check(answer);
    const items: Any[] = [];
    for await (const item of answer) items.push(item);
    return check(items);
  },
];
const history = (method: string, asked: readonly unknown[], check: (answer: Any) => unknown): Probe =>
  of("stock history, snapshots", method, asked, check);
const coins = (method: string, asked: readonly unknown[], check: (answer: Any) => unknown): Probe =>
  of("crypto data", method, asked, check);
const absent = (method: string, asked: object): Probe => [
  "not offered",
  `data.${method}`,
  async ({ marketData }) => {
    const call = async (): Promise<unknown> => {
      const answer = await marketData[method](asked);
      return answer?.[Symbol.asyncIterator] === undefined ? answer : answer.next();
    };
    const { message } = await code(call(), 404, 40_410_000);
    expect(message).toContain("does not offer");
  },
];

// Ids are parsed without loss: they may be numbers or big integers.
const isTrade = (trade: Any): void => numbers(trade, "p", "s");
const some = (check: (item: Any) => void) => (items: Any) => {
  expect(items.length).toBeGreaterThan(0);
  check(items[0]);
};
const someOf = (check: (item: Any) => void) => (map: Any) => some(check)(map[SYMBOL]);
const someIn = (name: string, check: (item: Any) => void) => (answer: Any) => some(check)(answer[name][SYMBOL]);
const value = (check: (item: Any) => void) =>
  some(({ symbol, value: item }) => (expect(symbol).toBe(SYMBOL), check(item)));
const noneOf = (map: Any): void => expect(Object.values(map).flat()).toEqual([]);
const isQuote = (quote: Any): void => numbers(quote, "ap", "as", "bp", "bs");
const isFriendlyQuote = (quote: Any): void => numbers(quote, "askPrice", "askSize", "bidPrice", "bidSize");
const isFriendly = (bar: Any): void => numbers(bar, "open", "high", "low", "close", "volume");
const isCandles = (candles: Any): void => expect(candles.close.length).toBeGreaterThan(0);

export const v4Data: readonly Probe[] = [
  of("stock latest", "getLatestPrice", [SYMBOL], (price) => expect([199.9, 200.1]).toContain(price)),
  of("stock latest", "stocks.stockLatestBars", [{ symbols: SYMBOL }], ({ bars: map }) => isBar(map[SYMBOL])),
  of("stock latest", "stocks.stockLatestBarSingle", [{ symbol: SYMBOL }], ({ bar }) => isBar(bar)),
  of("stock latest", "stocks.stockLatestQuotes", [{ symbols: SYMBOL }], ({ quotes }) =>
    expect(quotes[SYMBOL]).toMatchObject({ ap: 200.1, bp: 199.9 }),
  ),
  of("stock latest", "stocks.stockLatestQuoteSingle", [{ symbol: SYMBOL }], ({ quote }) =>
    expect(quote).toMatchObject({ ap: 200.1, bp: 199.9 }),
  ),
  of("stock latest", "stocks.stockLatestTrades", [{ symbols: SYMBOL }], ({ trades }) => isTrade(trades[SYMBOL])),
  of("stock latest", "stocks.stockLatestTradeSingle", [{ symbol: SYMBOL }], ({ trade }) => isTrade(trade)),
  of("stock latest", "stocks.stockMetaExchanges", [], (venues) => expect(venues).toHaveProperty("V")),
  of("stock latest", "stocks.stockMetaConditions", [{ ticktype: "trade", tape: "C" }], (codes) =>
    expect(codes).toHaveProperty("@"),
  ),
  history("stocks.stockSnapshots", [{ symbols: SYMBOL }], (map) => {
    isBar(map[SYMBOL].dailyBar);
    expect(map[SYMBOL].latestQuote).toMatchObject({ ap: 200.1 });
  }),
  history("stocks.stockSnapshotSingle", [{ symbol: SYMBOL }], ({ minuteBar }) => isBar(minuteBar)),
  history("stocks.stockBars", [{ ...raw, timeframe: "1Min" }], someIn("bars", isBar)),
  history("stocks.stockTrades", [raw], someIn("trades", isTrade)),
  history("stocks.stockQuotes", [raw], someIn("quotes", isQuote)),
  history("stocks.stockBarSingle", [{ symbol: SYMBOL, timeframe: "1Hour", start }], ({ bars: list }) =>
    some(isBar)(list),
  ),
  history("stocks.stockTradeSingle", [{ symbol: SYMBOL, start }], ({ trades }) => some(isTrade)(trades)),
  history("stocks.stockQuoteSingle", [{ symbol: SYMBOL, start }], ({ quotes }) => some(isQuote)(quotes)),
  // The market is open around the clock: no auctions.
  history("stocks.stockAuctions", [raw], ({ auctions }) => noneOf(auctions)),
  history("stocks.stockAuctionSingle", [{ symbol: SYMBOL, start }], ({ auctions }) => noneOf(auctions)),
  history("getStockAuctions", [several], noneOf),
  history("iterateStockAuctions", [several], noneOf),
  history("collectStockAuctionsBySymbol", [several], noneOf),
  history("iterateStockAuctionSingle", [{ symbol: SYMBOL, start }], noneOf),
  history("collectStockAuctionSingle", [{ symbol: SYMBOL, start }], noneOf),
  history("getStockBars", [bars], someOf(isFriendly)),
  history("getStockBarsFor", [SYMBOL, { timeframe: "1Day", start }], some(isFriendly)),
  history("getStockCandles", [bars], (map) => isCandles(map[SYMBOL])),
  history("getStockCandlesFor", [SYMBOL, { timeframe: "1Day", start }], isCandles),
  history(
    "getStockTrades",
    [several],
    someOf((trade) => numbers(trade, "price", "size")),
  ),
  history(
    "getStockTradesFor",
    [SYMBOL, { start }],
    some((trade) => numbers(trade, "price", "size")),
  ),
  history("getStockQuotes", [several], someOf(isFriendlyQuote)),
  history("getStockQuotesFor", [SYMBOL, { start }], some(isFriendlyQuote)),
  history("iterateStockBars", [bars], value(isBar)),
  // Pages of two.
  history("iterateStockTrades", [{ ...several, limit: 2 }], (found) => {
    const ids: number[] = found.map(({ value: trade }: Any) => Number(trade.i));
    expect(ids.length).toBeGreaterThan(2);
    expect(ids).toEqual([...new Set(ids)].toSorted((one, other) => one - other));
  }),
  history("iterateStockQuotes", [several], value(isQuote)),
  history("collectStockBarsBySymbol", [bars], someOf(isBar)),
  history("collectStockTradesBySymbol", [several], someOf(isTrade)),
  history("collectStockQuotesBySymbol", [several], someOf(isQuote)),
  history("iterateStockBarSingle", [{ symbol: SYMBOL, timeframe: "1Day", start }], some(isBar)),
  history("collectStockBarSingle", [{ symbol: SYMBOL, timeframe: "1Day", start }], some(isBar)),
  history("iterateStockTradeSingle", [{ symbol: SYMBOL, start }], some(isTrade)),
  history("collectStockTradeSingle", [{ symbol: SYMBOL, start }], some(isTrade)),
  history("iterateStockQuoteSingle", [{ symbol: SYMBOL, start }], some(isQuote)),
  history("collectStockQuoteSingle", [{ symbol: SYMBOL, start }], some(isQuote)),
  coins("crypto.cryptoLatestBars", [{ loc: "us", symbols: SYMBOL }], ({ bars: map }) => isBar(map[SYMBOL])),
  coins("crypto.cryptoLatestQuotes", [{ loc: "us", symbols: SYMBOL }], ({ quotes }) =>
    expect(quotes[SYMBOL]).toMatchObject({ ap: 200.1 }),
  ),
  coins("crypto.cryptoLatestTrades", [{ loc: "us", symbols: SYMBOL }], ({ trades }) =>
    expect(trades[SYMBOL].tks).toMatch(/^[BS]$/),
  ),
  coins("crypto.cryptoLatestOrderbooks", [{ loc: "us", symbols: SYMBOL }], ({ orderbooks }) =>
    expect(orderbooks[SYMBOL]).toMatchObject({ a: expect.arrayContaining([expect.objectContaining({ p: 200.1 })]) }),
  ),
  coins("crypto.cryptoSnapshots", [{ loc: "us", symbols: SYMBOL }], ({ snapshots }) =>
    isBar(snapshots[SYMBOL].dailyBar),
  ),
  coins("crypto.cryptoBars", [{ loc: "us", ...raw, timeframe: "1Hour" }], someIn("bars", isBar)),
  coins(
    "crypto.cryptoTrades",
    [{ loc: "us", ...raw }],
    someIn("trades", ({ tks }) => expect(tks).toMatch(/^[BS]$/)),
  ),
  coins("crypto.cryptoQuotes", [{ loc: "us", ...raw }], someIn("quotes", isQuote)),
  coins("getCryptoBars", [{ loc: "us", ...bars }], someOf(isFriendly)),
  coins("getCryptoBarsFor", [SYMBOL, { loc: "us", timeframe: "1Day", start }], some(isFriendly)),
  coins("getCryptoCandles", [{ loc: "us", ...bars }], (map) => isCandles(map[SYMBOL])),
  coins("getCryptoCandlesFor", [SYMBOL, { loc: "us", timeframe: "1Day", start }], isCandles),
  coins(
    "getCryptoTrades",
    [{ loc: "us", ...several }],
    someOf((trade) => numbers(trade, "price", "size")),
  ),
  coins(
    "getCryptoTradesFor",
    [SYMBOL, { loc: "us", start }],
    some((trade) => numbers(trade, "price", "size")),
  ),
  coins("getCryptoQuotes", [{ loc: "us", ...several }], someOf(isFriendlyQuote)),
  coins("getCryptoQuotesFor", [SYMBOL, { loc: "us", start }], some(isFriendlyQuote)),
  coins("iterateCryptoBars", [{ loc: "us", ...bars }], value(isBar)),
  coins("iterateCryptoTrades", [{ loc: "us", ...several }], value(isTrade)),
  coins("iterateCryptoQuotes", [{ loc: "us", ...several }], value(isQuote)),
  coins("collectCryptoBarsBySymbol", [{ loc: "us", ...bars }], someOf(isBar)),
  coins("collectCryptoTradesBySymbol", [{ loc: "us", ...several }], someOf(isTrade)),
  coins("collectCryptoQuotesBySymbol", [{ loc: "us", ...several }], someOf(isQuote)),
  of("screener and news", "screener.mostActives", [{ by: "trades" }], ({ mostActives }) =>
    expect(mostActives[0]).toMatchObject({ symbol: SYMBOL }),
  ),
  of("screener and news", "screener.movers", [{ marketType: "stocks" }], ({ marketType }) =>
    expect(marketType).toBe("stocks"),
  ),
  of("screener and news", "news.news", [{ symbols: SYMBOL }], ({ news }) => expect(news).toEqual([])),
  of("screener and news", "iterateNews", [{ symbols: [SYMBOL] }], noneOf),
  of("screener and news", "collectNews", [{ symbols: [SYMBOL] }], noneOf),
  of("corporate actions", "iterateCorporateActionsPages", [{ symbols: [SYMBOL] }], (pages) =>
    expect(pages).toHaveLength(1),
  ),
  of("corporate actions", "collectCorporateActions", [{ symbols: [SYMBOL] }], noneOf),
  ...["getOptionBars", "iterateOptionBars", "collectOptionBarsBySymbol"].map((method) => absent(method, bars)),
  ...[
    "iterateOptionTrades",
    "collectOptionTradesBySymbol",
    "iterateOptionSnapshots",
    "collectOptionSnapshotsBySymbol",
  ].map((method) => absent(method, several)),
  ...["iterateOptionChain", "collectOptionChainBySymbol"].map((method) => absent(method, { underlyingSymbol: SYMBOL })),
  ...["getIndexValues", "iterateIndexValues", "collectIndexValuesBySymbol"].map((method) => absent(method, several)),
  ...["iterateForexRates", "collectForexRatesBySymbol"].map((method) =>
    absent(method, { currencyPairs: ["EURUSD"], start }),
  ),
  [
    "not offered",
    "data.getOptionBarsFor",
    async ({ marketData }) => code(marketData.getOptionBarsFor(SYMBOL, { timeframe: "1Day", start }), 404, 40_410_000),
  ],
];

/** The methods that there are probes of. */
export const dataMethods = ({ marketData }: Any): string[] => [
  ...functionsOf(marketData)
    .filter((name) => !STREAMS.test(name))
    .map((name) => `data.${name}`),
  ...APIS.flatMap((api) =>
    functionsOf(marketData[api])
      .filter((name) => !PLUMBING.test(name))
      .map((name) => `data.${api}.${name}`),
  ),
];
