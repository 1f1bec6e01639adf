/** Which instruments are listed, and the search among them. */
import { createResource, createRoot } from "solid-js";
import { call } from "../api/client.ts";
import { NoAnswer } from "../api/error.ts";
import { me } from "../api/session.ts";

export interface Asset {
  readonly symbol: string;
  readonly name: string;
  readonly class: "us_equity" | "crypto";
  readonly tradable: boolean;
  readonly fractionable: boolean;
  readonly min_order_size?: string;
  readonly price_increment?: string;
}

const AGAIN_MS = 2_000;

/** Reads the list, until the exchange answers. */
async function readAssets(): Promise<readonly Asset[]> {
  for (;;) {
    try {
      return await call<Asset[]>("GET", "/v2/assets?status=active");
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

const { assets: assetsResource } = createRoot(() => {
  // Only who is signed in may read it; a terminal may have begun before the sign-in.
  const [all] = createResource(() => me()?.user.id, readAssets);
  return { assets: all };
});

/** All listed instruments; empty until they are read. */
export const assets = (): readonly Asset[] => (assetsResource.state === "ready" ? assetsResource() : []);

export const assetOf = (symbol: string): Asset | null => assets().find((asset) => asset.symbol === symbol) ?? null;

const SHOWN_MAX = 20;

/** Instruments whose symbol or name begins with a text, those by symbol first. */
export function searchAssets(text: string): readonly Asset[] {
  const wanted = text.trim().toUpperCase();
  if (wanted === "") return assets().slice(0, SHOWN_MAX);
  const bySymbol = assets().filter(({ symbol }) => symbol.startsWith(wanted));
  const byName = assets().filter((asset) => asset.name.toUpperCase().includes(wanted) && !bySymbol.includes(asset));
  return [...bySymbol, ...byName].slice(0, SHOWN_MAX);
}
