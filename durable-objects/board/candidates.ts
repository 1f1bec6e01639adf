import { assetOf } from "../../domain/market/asset.ts";
import type { WireLatestBars } from "../../protocol/wire/bars.ts";
import { mostActives, movers } from "../../protocol/mapping/screener.ts";
import type { ScreenQuery } from "../../protocol/rpc/priceBoard.ts";

/** No list of the screener is longer. */
const LONGEST = 100;

/** The bars of those symbols of a board that can be on a list over all boards. */
export function candidates(all: readonly WireLatestBars[], { assetClass, by, except }: ScreenQuery): WireLatestBars[] {
  const left = new Set(except);
  const own = all.filter(({ symbol }) => assetOf(symbol).assetClass === assetClass && !left.has(symbol));
  const first = new Set(by === "change" ? namesOfMovers(own) : namesOfActives(own, by));
  // It says which day is the newest one, also when nothing moved on it.
  const [newest] = own.toSorted((one, other) => ((one.dailyBar?.t ?? "") < (other.dailyBar?.t ?? "") ? 1 : -1));
  if (newest !== undefined) first.add(newest.symbol);
  return own.filter(({ symbol }) => first.has(symbol));
}

function namesOfActives(own: readonly WireLatestBars[], by: "volume" | "trades"): string[] {
  return mostActives(own, { by, top: LONGEST }, 0).most_actives.map(({ symbol }) => symbol);
}

function namesOfMovers(own: readonly WireLatestBars[]): string[] {
  const { gainers, losers } = movers(own, { top: LONGEST, market_type: "stocks" }, 0);
  return [...gainers, ...losers].map(({ symbol }) => symbol);
}
