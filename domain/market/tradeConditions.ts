/** The conditions of a trade in the codes of the tape for Nasdaq-listed shares (UTP), as Alpaca sends them in `c`. */
import type { Asset } from "./asset.ts";
import { auctionAt } from "./auctionTimes.ts";
import type { TapeTrade } from "./bars/tapeTrade.ts";
import { lotsPerShare } from "./instrument.ts";

export const TRADE_CONDITIONS = {
  "@": "Regular Sale",
  O: "Market Center Opening Trade",
  "5": "Re-Opening Prints",
  "6": "Market Center Closing Trade",
  T: "Form T",
  I: "Odd Lot",
} as const;

/** Fewer shares are an odd lot. */
const ROUND_LOT = 100;

const OF_AUCTION = { opening: "O", closing: "6", reopening: "5" } as const;
const AUCTIONS = ["opening", "closing", "reopening"] as const;

/** Lists that are returned again and again, by what they say. */
const LISTS: readonly (readonly string[])[] = [null, ...AUCTIONS].flatMap((auction) =>
  [0, 1, 2, 3].map((flags) => [
    "@",
    ...(auction === null ? [] : [OF_AUCTION[auction]]),
    ...((flags & 1) === 0 ? [] : ["T"]),
    ...((flags & 2) === 0 ? [] : ["I"]),
  ]),
);

/** What the conditions depend on. A book that was restarted no longer knows the flags of older trades. */
export type ConditionedTrade = Pick<TapeTrade, "at" | "qty"> & Partial<Pick<TapeTrade, "auction" | "regular">>;

/**
 * The conditions of a trade: `@`, then `O`, `6` or `5` for the opening, closing or reopening auction, `T` outside of
 * regular hours, `I` for fewer than 100 shares. Coins have `@` only. Equal conditions are the same list.
 */
export function tradeConditions(asset: Asset, { at, qty, auction, regular }: ConditionedTrade): readonly string[] {
  const isShare = asset.assetClass === "us_equity";
  const row = isShare && auction === true ? AUCTIONS.indexOf(auctionAt(at)) + 1 : 0;
  const extended = isShare && regular === false ? 1 : 0;
  const oddLot = isShare && qty < ROUND_LOT * lotsPerShare(asset) ? 2 : 0;
  return LISTS[row * 4 + extended + oddLot] ?? ["@"];
}

/** The code of an auction among the conditions of its trades. */
export function auctionCondition(auction: "opening" | "closing"): string {
  return OF_AUCTION[auction];
}
