/** @alpacahq/alpaca-trade-api 3: MessagePack. */
import { createRequire } from "node:module";
import { expect } from "vitest";
import type { Channel } from "../../../../protocol/stream/channels.ts";
import { type Any, numbers } from "../probes.ts";
import { COIN, SHARE, type StreamClient } from "./streamClient.ts";

const Alpaca: Any = createRequire(import.meta.url)("alpaca-trade-api-v3");

type Methods = Partial<Record<Channel, readonly [subscribe: string | null, on: string]>>;

const STOCKS: Methods = {
  trades: ["subscribeForTrades", "onStockTrade"],
  quotes: ["subscribeForQuotes", "onStockQuote"],
  bars: ["subscribeForBars", "onStockBar"],
  updatedBars: ["subscribeForUpdatedBars", "onStockUpdatedBar"],
  dailyBars: ["subscribeForDailyBars", "onStockDailyBar"],
  statuses: ["subscribeForStatuses", "onStatuses"],
  lulds: ["subscribeForLulds", "onLulds"],
  // They come with the trades.
  corrections: [null, "onCorrections"],
  cancelErrors: [null, "onCancelErrors"],
};
const COINS: Methods = {
  trades: ["subscribeForTrades", "onCryptoTrade"],
  quotes: ["subscribeForQuotes", "onCryptoQuote"],
  bars: ["subscribeForBars", "onCryptoBar"],
  updatedBars: ["subscribeForUpdatedBars", "onCryptoUpdatedBar"],
  dailyBars: ["subscribeForDailyBars", "onCryptoDailyBar"],
  orderbooks: ["subscribeForOrderbooks", "onCryptoOrderbook"],
};
const STOCK_BAR = ["OpenPrice", "HighPrice", "LowPrice", "ClosePrice", "Volume", "VWAP", "TradeCount"];
const COIN_BAR = ["Open", "High", "Low", "Close", "Volume", "VWAP", "TradeCount"];

function client(
  name: string,
  stream: "data_stream_v2" | "crypto_stream_v1beta3",
  path: string,
  symbol: string,
  methods: Methods,
  bar: readonly string[],
): StreamClient {
  const channels = Object.keys(methods) as Channel[];
  return {
    name: `v3 ${name}`,
    symbol,
    channels,
    open: ({ streamUrl, trader }, saw) => {
      const socket = new Alpaca({ keyId: trader.keyId, secretKey: trader.secret })[stream];
      // Its option accepts TLS only.
      socket.session.url = `${streamUrl}${path}`;
      for (const channel of channels) socket[methods[channel]?.[1] ?? ""]((element: Any) => saw(channel, element));
      socket.onConnect(() => {
        for (const [subscribe] of Object.values(methods)) if (subscribe !== null) socket[subscribe]([symbol]);
      });
      socket.connect();
      return {
        // It replaces them by what the exchange has acknowledged.
        acknowledged: () => channels.filter((channel) => socket.session.subscriptions[channel]?.includes(symbol)),
        close: () => socket.disconnect(),
      };
    },
    check: (channel, element) => {
      if (channel === "trades") numbers(element, "ID", "Price", "Size");
      if (channel === "quotes") numbers(element, "BidPrice", "BidSize", "AskPrice", "AskSize");
      if (channel === "bars" || channel === "dailyBars") numbers(element, ...bar);
      if (channel === "statuses") expect(element).toMatchObject({ Symbol: symbol, StatusCode: expect.any(String) });
      if (channel === "lulds") numbers(element, "LimitUpPrice", "LimitDownPrice");
      if (channel === "orderbooks") numbers([...element.Bids, ...element.Asks][0], "Price", "Size");
      expect(element.Timestamp).toBeInstanceOf(Date);
    },
  };
}

export const v3Streams: readonly StreamClient[] = [
  client("stocks", "data_stream_v2", "/v2/sip", SHARE, STOCKS, STOCK_BAR),
  client("crypto", "crypto_stream_v1beta3", "/v1beta3/crypto/us", COIN, COINS, COIN_BAR),
];
