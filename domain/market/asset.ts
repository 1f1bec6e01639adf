import { uuidFromText } from "../ids.ts";

export const ASSET_CLASSES = ["us_equity", "crypto"] as const;
export type AssetClass = (typeof ASSET_CLASSES)[number];

/**
 * The properties that follow from the symbol alone. They never change, so quantities in journals keep their meaning. The
 * properties that may change at run time are in the instrument.
 */
export interface Asset {
  /** UUID of the asset. */
  readonly id: string;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  /** Quantities are integers of 10^-qtyDecimals shares (or coins). */
  readonly qtyDecimals: number;
}

/** Equities trade in millionths of a share, coins in 10^-8. */
const EQUITY_DECIMALS = 6;
const CRYPTO_DECIMALS = 8;

const EQUITY = /^[A-Z]{1,6}(?:\.[A-Z]{1,2})?$/;
const CRYPTO = /^[A-Z0-9]{2,10}\/USD$/;
/** The currency, which is not a tradable asset. */
const CURRENCY = "USD";

/** The asset of a symbol, listed or not: shares as `BRK.B`, coins as `BTC/USD`. Undefined when the text is no symbol. */
export function assetNamed(text: string): Asset | undefined {
  const known = assets.get(text);
  if (known !== undefined) return known;
  const isCrypto = CRYPTO.test(text);
  if (text === CURRENCY || (!isCrypto && !EQUITY.test(text))) return undefined;
  const asset: Asset = {
    id: uuidFromText(`asset:${text}`),
    symbol: text,
    assetClass: isCrypto ? "crypto" : "us_equity",
    qtyDecimals: isCrypto ? CRYPTO_DECIMALS : EQUITY_DECIMALS,
  };
  if (assets.size < ASSETS_KEPT) assets.set(text, asset);
  return asset;
}

/** Cache of `assetOf`, which computes a hash for the id. */
const assets = new Map<string, Asset>();
const ASSETS_KEPT = 10_000;

/** The asset of a validated symbol; throws when the text is no symbol. */
export function assetOf(symbol: string): Asset {
  const asset = assetNamed(symbol);
  if (asset === undefined) throw new Error(`not a symbol: ${symbol}`);
  return asset;
}
