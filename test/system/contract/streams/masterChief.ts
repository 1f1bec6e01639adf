/** @master-chief/alpaca: JSON; trades, quotes and bars. */
import type { Channel } from "../../../../protocol/stream/channels.ts";
import type { Any } from "../probes.ts";
import { checkElement, SHARE, type StreamClient } from "./streamClient.ts";

const PACKAGE = "@master-chief/alpaca";
const EVENTS: readonly (readonly [Channel, string])[] = [
  ["trades", "trade"],
  ["quotes", "quote"],
  ["bars", "bar"],
];

export const masterChiefStreams: readonly StreamClient[] = [
  {
    name: "master-chief",
    symbol: SHARE,
    channels: EVENTS.map(([channel]) => channel),
    open: async ({ url, streamUrl, trader }, saw) => {
      const { AlpacaStream } = await import(PACKAGE);
      const rest = {
        account: `${url}/v2`,
        beta: `${url}/v1beta1`,
        market_data_v1: `${url}/v1`,
        market_data_v2: `${url}/v2`,
      };
      const websocket = { account: `${streamUrl}/stream`, market_data: (feed: string) => `${streamUrl}/v2/${feed}` };
      const credentials = { key: trader.keyId, secret: trader.secret, paper: false };
      const stream = new AlpacaStream({
        credentials,
        type: "market_data",
        source: "iex",
        endpoints: { rest, websocket },
      });
      let acknowledged: string[] = [];
      stream.on("subscription", (message: Any) => {
        acknowledged = Object.keys(message).filter((name) => message[name].includes?.(SHARE));
      });
      for (const [channel, event] of EVENTS) stream.on(event, (element: Any) => saw(channel, element));
      stream.on("authenticated", () => {
        for (const [channel] of EVENTS) stream.subscribe(channel, [SHARE]);
      });
      return { acknowledged: () => acknowledged, close: () => stream.getConnection().close() };
    },
    check: (channel, element) => checkElement(SHARE, channel, element),
  },
];
