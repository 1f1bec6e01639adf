/** The states of all markets, for administrators. */
import { call } from "../../api/client.ts";
import type { Asset } from "../../market/assets.ts";
import type { Market } from "./wire.ts";

/** Markets that are asked at the same time. */
const AT_ONCE = 8;

/** Asks each market for its state; one that does not answer is left out. */
export async function readMarkets(): Promise<readonly Market[]> {
  const assets = await call<readonly Asset[]>("GET", "/v2/assets?status=active");
  const symbols = assets.map(({ symbol }) => symbol).sort();
  const markets: Market[] = [];
  for (let at = 0; at < symbols.length; at += AT_ONCE) {
    const some = symbols.slice(at, at + AT_ONCE).map((symbol) => call<Market>("GET", pathOf(symbol)));
    for (const answer of await Promise.allSettled(some)) {
      if (answer.status === "fulfilled") markets.push(answer.value);
    }
  }
  return markets;
}

export const pathOf = (symbol: string): string => `/v1/admin/symbols/${encodeURIComponent(symbol)}`;
export const instrumentPath = (symbol: string): string => `/v1/admin/instruments/${encodeURIComponent(symbol)}`;
