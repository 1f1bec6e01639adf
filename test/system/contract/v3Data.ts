/** Market data by @alpacahq/alpaca-trade-api 3. */
import { expect } from "vitest";
import { type Any, type Area, numbers, PAST, type Probe, refusal, SYMBOL } from "./probes.ts";

type Check = (answer: Any) => unknown;

/** Lists, iterators and maps by symbol, as they are or as what they have of the symbol. */
const of = (area: Area, method: string, asked: readonly unknown[], check: Check): Probe => [
  area,
  method,
  async (client) => {
    const answer = await client[method](...structuredClone(asked));
    if (answer?.[Symbol.asyncIterator] === undefined) return check(answer);
    const items: Any[] = [];
    for await (const item of answer) items.push(item);
    return check(items);
  },
];
const history = (method: string, asked: readonly unknown[], check: Check): Probe =>
  of("stock history, snapshots", method, asked, check);
const coins = (method: string, asked: readonly unknown[], check: Check): Probe =>
  of("crypto data", method, asked, check);
const absent = (method: string, asked: readonly unknown[]): Probe => [
  "not offered",
  method,
  async (client) => {
    const { message } = await refusal(client[method](...asked));
    expect(message).toContain("does not offer options");
  },
];

const isBar = (bar: Any): void =>
  numbers(bar, "OpenPrice", "HighPrice", "LowPrice", "ClosePrice", "Volume", "VWAP", "TradeCount");
const isCoinBar = (bar: Any): void => numbers(bar, "Open", "High", "Low", "Close", "Volume", "VWAP", "TradeCount");
const isTrade = (trade: Any): void => numbers(trade, "Price", "Size", "ID");
const isQuote = (quote: Any): void => expect(quote).toMatchObject({ AskPrice: 200.1, BidPrice: 199.9 });
const isPastQuote = (quote: Any): void => numbers(quote, "AskPrice", "AskSize", "BidPrice", "BidSize");
const some = (check: Check) => (items: Any) => {
  expect(items.length).toBeGreaterThan(0);
  check(items[0]);
};
const someOf = (check: Check) => (map: Any) => some(check)(map.get(SYMBOL));
const oneOf = (check: Check) => (map: Any) => check(map.get(SYMBOL));
const none = (items: Any): void => expect([...items]).toEqual([]);

const start = PAST;
const bars = { start, timeframe: "1Min" };

export const v3Data: readonly Probe[] = [
  of("stock latest", "getLatestTrade", [SYMBOL], isTrade),
  of("stock latest", "getLatestTrades", [[SYMBOL]], oneOf(isTrade)),
  of("stock latest", "getLatestQuote", [SYMBOL], isQuote),
  of("stock latest", "getLatestQuotes", [[SYMBOL]], oneOf(isQuote)),
  of("stock latest", "getLatestBar", [SYMBOL], isBar),
  of("stock latest", "getLatestBars", [[SYMBOL]], oneOf(isBar)),
  history("getSnapshot", [SYMBOL], (snapshot) => {
    isBar(snapshot.DailyBar);
    isQuote(snapshot.LatestQuote);
  }),
  history(
    "getSnapshots",
    [[SYMBOL]],
    some(({ MinuteBar }) => isBar(MinuteBar)),
  ),
  history("getBarsV2", [SYMBOL, bars], some(isBar)),
  history("getMultiBarsV2", [[SYMBOL], bars], someOf(isBar)),
  history("getMultiBarsAsyncV2", [[SYMBOL], bars], some(isBar)),
  history("getTradesV2", [SYMBOL, { start }], some(isTrade)),
  // Pages of one.
  history("getMultiTradesV2", [[SYMBOL], { start, limit: 3, pageLimit: 1 }], (map) =>
    expect(map.get(SYMBOL)).toHaveLength(3),
  ),
  history("getMultiTradesAsyncV2", [[SYMBOL], { start }], some(isTrade)),
  history("getQuotesV2", [SYMBOL, { start }], some(isPastQuote)),
  history("getMultiQuotesV2", [[SYMBOL], { start }], someOf(isPastQuote)),
  history("getMultiQuotesAsyncV2", [[SYMBOL], { start }], some(isPastQuote)),
  coins("getCryptoBars", [[SYMBOL], bars], someOf(isCoinBar)),
  coins(
    "getCryptoTrades",
    [[SYMBOL], { start }],
    someOf((trade) => numbers(trade, "Price", "Size", "ID")),
  ),
  coins("getCryptoQuotes", [[SYMBOL], { start }], someOf(isPastQuote)),
  coins("getLatestCryptoBars", [[SYMBOL]], oneOf(isCoinBar)),
  coins(
    "getLatestCryptoTrades",
    [[SYMBOL]],
    oneOf((trade) => numbers(trade, "Price", "Size", "ID")),
  ),
  coins("getLatestCryptoQuotes", [[SYMBOL]], oneOf(isQuote)),
  coins(
    "getCryptoSnapshots",
    [[SYMBOL]],
    oneOf(({ DailyBar }) => isCoinBar(DailyBar)),
  ),
  coins(
    "getCryptoOrderbooks",
    [[SYMBOL]],
    oneOf((book) => expect(book.Asks[0]).toMatchObject({ Price: 200.1 })),
  ),
  of("screener and news", "getNews", [{ symbols: [SYMBOL] }], none),
  absent("getOptionBars", [[SYMBOL], bars]),
  absent("getOptionTrades", [[SYMBOL], { start }]),
  absent("getOptionLatestTrades", [[SYMBOL]]),
  absent("getOptionLatestQuotes", [[SYMBOL]]),
  absent("getOptionSnapshots", [[SYMBOL]]),
  absent("getOptionChain", [SYMBOL, {}]),
];
