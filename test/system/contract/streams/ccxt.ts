/** ccxt pro: JSON, at its default path. It has no other methods of market data. */
import { expect } from "vitest";
import type { Channel } from "../../../../protocol/stream/channels.ts";
import { ccxtPro } from "../ccxtPro.ts";
import { COIN, SHARE, type StreamClient } from "./streamClient.ts";

const METHODS: readonly (readonly [Channel, string])[] = [
  ["quotes", "watchTicker"],
  ["trades", "watchTrades"],
  ["bars", "watchOHLCV"],
  ["orderbooks", "watchOrderBook"],
];

const client = (name: string, symbol: string, pair: string, path: string, assets: object): StreamClient => ({
  name: `ccxt ${name}`,
  symbol,
  channels: METHODS.map(([channel]) => channel),
  open: async (at, saw) => {
    const exchange = await ccxtPro(at, path);
    await exchange.loadMarkets(true, assets);
    let isOpen = true;
    const watch = async (channel: Channel, method: string): Promise<void> => {
      while (isOpen) saw(channel, await exchange[method](pair));
    };
    // Closing rejects what is awaited.
    for (const [channel, method] of METHODS) watch(channel, method).catch(() => undefined);
    return {
      acknowledged: () => [],
      close: () => {
        isOpen = false;
        return exchange.close();
      },
    };
  },
  check: (channel, element) => {
    if (channel === "quotes")
      expect(element).toMatchObject({ symbol: pair, bid: expect.any(Number), ask: expect.any(Number) });
    if (channel === "trades") {
      expect(element.at(-1)).toMatchObject({ symbol: pair, price: expect.any(Number), side: "buy" });
    }
    if (channel === "bars")
      expect(element.at(-1).map((value: unknown) => typeof value)).toEqual(Array(6).fill("number"));
    if (channel === "orderbooks") expect(element.asks[0][0]).toBeGreaterThan(element.bids[0][0]);
  },
});

export const ccxtStreams: readonly StreamClient[] = [
  client("coins", COIN, COIN, "/v1beta2/crypto", {}),
  client("shares", SHARE, `${SHARE}/USD`, "/v1beta2/crypto", { asset_class: "us_equity" }),
];
