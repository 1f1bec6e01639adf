/** Which instruments are listed, and the search among them. */
import { createEffect, createRoot, createSignal, on } from "solid-js";
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
/** Listings and their ticks change during the day, too. */
const REFRESH_MS = 300_000;
/** What is not found may have been listed since. */
const SEARCH_REFRESH_MS = 5_000;

/** All listed instruments; empty until they are read. */
const [assets, setAssets] = createSignal<readonly Asset[]>([]);
export { assets };

let lastText = "[]";
let readAt = Number.NEGATIVE_INFINITY;
let reading = false;

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

/** Reads the list when it is older than that; one reading at a time. */
async function refresh(olderThanMs: number): Promise<void> {
  if (reading || me() === null || performance.now() - readAt < olderThanMs) return;
  reading = true;
  try {
    const all = await readAssets();
    readAt = performance.now();
    const text = JSON.stringify(all);
    // Lists of all instruments stay as they are while nothing has changed.
    if (text !== lastText) setAssets(all);
    lastText = text;
  } catch {
    // Refused, as when too much was asked: the next search or the clock asks again.
  } finally {
    reading = false;
  }
}

createRoot(() => {
  // Only who is signed in may read it; a terminal may have begun before the sign-in.
  createEffect(
    on(
      () => me()?.user.id,
      (user) => {
        if (user !== undefined) void refresh(0);
      },
    ),
  );
});
setInterval(() => void refresh(REFRESH_MS), REFRESH_MS / 5);

export const assetOf = (symbol: string): Asset | null => assets().find((asset) => asset.symbol === symbol) ?? null;

const SHOWN_MAX = 20;

/** Instruments whose symbol begins with a text, then those with it in their name. */
export function searchAssets(text: string): readonly Asset[] {
  const wanted = text.trim().toUpperCase();
  if (wanted === "") return assets().slice(0, SHOWN_MAX);
  const bySymbol = assets().filter(({ symbol }) => symbol.startsWith(wanted));
  const byName = assets().filter((asset) => asset.name.toUpperCase().includes(wanted) && !bySymbol.includes(asset));
  if (bySymbol.length + byName.length === 0) void refresh(SEARCH_REFRESH_MS);
  return [...bySymbol, ...byName].slice(0, SHOWN_MAX);
}
