import ccxt from "ccxt";
import type { Any, Surroundings } from "./probes.ts";

/** A ccxt pro client of the exchange, with its data stream at `path`. Markets are not loaded yet. */
export async function ccxtPro({ url, streamUrl, trader }: Omit<Surroundings, "kept">, path: string) {
  const client: Any = new ccxt.pro.alpaca({
    apiKey: trader.keyId,
    secret: trader.secret,
    enableRateLimit: false,
    urls: {
      api: {
        trader: url,
        market: url,
        broker: url,
        ws: { crypto: `${streamUrl}${path}`, trading: `${streamUrl}/stream` },
      },
    },
  });
  await client.loadHttpProxyAgent();
  return client;
}
