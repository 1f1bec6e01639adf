import { assetNamed } from "./asset.ts";
import { CENT, ORDER_QTY_LOTS_MAX, PRICE_MAX } from "./instrument.ts";
import type { Instrument } from "./instrument.ts";

/** A change of an instrument by administrators (MK-21). Prices in 1/10,000 dollar, quantities in units of the asset. */
export type InstrumentChange =
  | ({ readonly kind: "list"; readonly symbol: string } & InstrumentTerms)
  | ({ readonly kind: "change"; readonly symbol: string; readonly priceSource?: PriceSource } & Partial<
      Pick<Instrument, "name" | "tick" | "lot">
    >)
  | { readonly kind: "delist"; readonly symbol: string };

/** Whose quotes and trades an instrument shows. */
export type PriceSource = "own" | "feed";

/** The properties that a listing must give. The others follow from the symbol. */
export type InstrumentTerms = Pick<
  Instrument,
  "name" | "exchange" | "referencePrice" | "leastValue" | "priceLimit" | "tick" | "lot"
>;

/** Why a change of an instrument is refused. `field` is a property of the instrument. */
export type InstrumentRefusal =
  | { readonly reason: "already_listed" }
  | { readonly reason: "not_listed" }
  /** A delisted symbol cannot be listed again, because positions in it remain. */
  | { readonly reason: "delisted" }
  /** The exchange follows no feed that could give the prices. */
  | { readonly reason: "no_feed" }
  | { readonly reason: "invalid"; readonly field: "symbol" | keyof InstrumentTerms };

/** Largest price limit, in hundredths of a percent: the bound of a sell must be above zero. */
const PRICE_LIMIT_MAX = 9_999;
/** A price limit is in hundredths of a percent. */
const BASIS_POINTS = 10_000;
/** Shares of such a symbol would take over the other name of a coin (`BTCUSD` of `BTC/USD`). */
const OTHER_NAME_OF_COIN = /^[A-Z]{2,}USD$/;
/** Cash is no asset to trade. */
const CASH_AS_COIN = "USD/USD";
/** Largest tick: $100. */
const TICK_MAX = 1_000_000;

/** The instrument after a change, with a new version. `current` is the instrument after the latest change. */
export function changedInstrument(
  current: Instrument | undefined,
  change: InstrumentChange,
  version: number,
): Instrument | InstrumentRefusal {
  if (change.kind === "list") return listed(current, change, version);
  if (current === undefined) return { reason: "not_listed" };
  if (current.status === "delisted") return { reason: "delisted" };
  if (change.kind === "delist") return { ...current, status: "delisted", version };
  const { name = current.name, tick = current.tick, lot = current.lot } = change;
  const field = invalidTerm({ ...current, name, tick, lot });
  if (field !== null) return { reason: "invalid", field };
  const { priceSource: before, ...others } = current;
  const { priceSource = before ?? "own" } = change;
  const changed = { ...others, name, tick, lot, version };
  return priceSource === "feed" ? { ...changed, priceSource } : changed;
}

function listed(
  current: Instrument | undefined,
  {
    symbol,
    name,
    exchange,
    referencePrice,
    leastValue,
    priceLimit,
    tick,
    lot,
  }: Extract<InstrumentChange, { kind: "list" }>,
  version: number,
): Instrument | InstrumentRefusal {
  const terms = { name, exchange, referencePrice, leastValue, priceLimit, tick, lot };
  if (current !== undefined) return { reason: current.status === "delisted" ? "delisted" : "already_listed" };
  const asset = assetNamed(symbol);
  if (asset === undefined || symbol === CASH_AS_COIN || OTHER_NAME_OF_COIN.test(symbol)) {
    return { reason: "invalid", field: "symbol" };
  }
  const isCoin = asset.assetClass === "crypto";
  if (isCoin !== (terms.exchange === "CRYPTO")) return { reason: "invalid", field: "exchange" };
  const field = invalidTerm(terms);
  return field === null ? { ...asset, ...terms, status: "active", version } : { reason: "invalid", field };
}

/** The first property with an invalid value; null when all are valid. */
function invalidTerm(terms: InstrumentTerms): keyof InstrumentTerms | null {
  const { name, referencePrice, leastValue, priceLimit, tick, lot } = terms;
  if (name.trim() === "") return "name";
  if (!within(tick, CENT, TICK_MAX) || tick % CENT !== 0) return "tick";
  // Within the price limit there must be another price than the reference: one tick further would be beyond it.
  if (tick > CENT && tick * BASIS_POINTS > referencePrice * priceLimit) return "tick";
  if (!within(lot, 1, ORDER_QTY_LOTS_MAX)) return "lot";
  if (!within(referencePrice, CENT, PRICE_MAX)) return "referencePrice";
  if (!within(leastValue, 0, PRICE_MAX)) return "leastValue";
  return within(priceLimit, 1, PRICE_LIMIT_MAX) ? null : "priceLimit";
}

function within(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
