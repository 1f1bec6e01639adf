/** @alpacahq/alpaca-trade-api 4: MessagePack. Its stock and crypto streams have the same methods. */
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import { expect } from "vitest";
import type { Channel } from "../../../../protocol/stream/channels.ts";
import { type Any, numbers } from "../probes.ts";
import { COIN, FAKE, SHARE, type StreamClient } from "./streamClient.ts";

const METHODS: Partial<Record<Channel, readonly [subscribe: string, on: string]>> = {
  trades: ["subscribeForTrades", "onTrade"],
  quotes: ["subscribeForQuotes", "onQuote"],
  bars: ["subscribeForBars", "onBar"],
  updatedBars: ["subscribeForUpdatedBars", "onUpdatedBar"],
  dailyBars: ["subscribeForDailyBars", "onDailyBar"],
  statuses: ["subscribeForStatuses", "onStatus"],
  lulds: ["subscribeForLulds", "onLuld"],
  imbalances: ["subscribeForImbalances", "onImbalance"],
  orderbooks: ["subscribeForOrderbooks", "onOrderbook"],
};

const VALUES: Partial<Record<Channel, readonly string[]>> = {
  trades: ["id", "price", "size"],
  quotes: ["bidPrice", "bidSize", "askPrice", "askSize"],
  bars: ["open", "high", "low", "close", "volume", "tradeCount", "vwap"],
  dailyBars: ["open", "high", "low", "close", "volume", "tradeCount", "vwap"],
  lulds: ["limitUpPrice", "limitDownPrice"],
  imbalances: ["price"],
};

function client(
  name: string,
  make: "stockStream" | "cryptoStream",
  path: string,
  symbol: string,
  channels: readonly Channel[],
): StreamClient {
  return {
    name: `v4 ${name}`,
    symbol,
    channels,
    open: ({ streamUrl, trader }, saw) => {
      const alpaca: Any = new Alpaca({ keyId: trader.keyId, secret: trader.secret });
      const stream = alpaca.marketData[make]({ url: `${streamUrl}${path}` });
      const acknowledged = new Set<string>();
      // It keeps the channels of the newest acknowledgement.
      stream.on("subscription", (subscriptions: Any) => {
        for (const channel of channels) if (subscriptions[channel]?.includes(symbol)) acknowledged.add(channel);
      });
      for (const channel of channels) stream[METHODS[channel]?.[1] ?? ""]((element: Any) => saw(channel, element));
      stream.onConnect(() => {
        for (const channel of channels) stream[METHODS[channel]?.[0] ?? ""]([symbol]);
      });
      stream.connect();
      return { acknowledged: () => [...acknowledged], close: () => stream.disconnect() };
    },
    check: (channel, element) => {
      expect(element).toMatchObject({ symbol, timestamp: expect.any(Date) });
      numbers(element, ...(VALUES[channel] ?? []));
      if (channel === "statuses") expect(element.statusCode).toBeTypeOf("string");
      if (channel === "orderbooks") expect([...element.bids, ...element.asks]).not.toEqual([]);
    },
  };
}

const ALL = Object.keys(METHODS) as Channel[];
const OF_COINS: readonly Channel[] = ["trades", "quotes", "bars", "updatedBars", "dailyBars", "orderbooks"];

export const v4Streams: readonly StreamClient[] = [
  client("stocks", "stockStream", "/v2/iex", SHARE, ALL),
  client("crypto", "cryptoStream", "/v1beta3/crypto/us", COIN, OF_COINS),
  client("test feed", "stockStream", "/v2/test", FAKE, ["trades", "quotes", "bars"]),
];
