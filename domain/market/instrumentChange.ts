import { assetNamed } from "./asset.ts";
import { CENT, ORDER_QTY_LOTS_MAX, PRICE_MAX } from "./instrument.ts";
import type { Instrument } from "./instrument.ts";

/** What administrators decide of an instrument (MK-21). Prices in 1/10,000 dollar, quantities in units of the asset. */
export type InstrumentChange =
  | ({ readonly kind: "list"; readonly symbol: string } & InstrumentTerms)
  | ({ readonly kind: "change"; readonly symbol: string } & Partial<Pick<Instrument, "name" | "tick" | "lot">>)
  | { readonly kind: "delist"; readonly symbol: string };

/** What has to be said of an instrument that is listed: the rest follows from its symbol. */
export type InstrumentTerms = Pick<
  Instrument,
  "name" | "exchange" | "referencePrice" | "leastValue" | "priceLimit" | "tick" | "lot"
>;

/** Why an instrument cannot be changed so. A field is named as the instrument has it. */
export type InstrumentRefusal =
  | { readonly reason: "already_listed" }
  | { readonly reason: "not_listed" }
  /** A symbol that was delisted stays so: what is owned of it is not another asset's. */
  | { readonly reason: "delisted" }
  | { readonly reason: "invalid"; readonly field: "symbol" | keyof InstrumentTerms };

/** A whole dollar range: no limit may be further from its market than the market is from nothing. */
const PRICE_LIMIT_MAX = 9_999;
/** A coarser tick than $100 leaves no market. */
const TICK_MAX = 1_000_000;

/** The instrument as it is after a change of it, under a new version; `current`: as it was decided last. */
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
  return field === null ? { ...current, name, tick, lot, version } : { reason: "invalid", field };
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
  if (asset === undefined) return { reason: "invalid", field: "symbol" };
  const isCoin = asset.assetClass === "crypto";
  if (isCoin !== (terms.exchange === "CRYPTO")) return { reason: "invalid", field: "exchange" };
  const field = invalidTerm(terms);
  return field === null ? { ...asset, ...terms, status: "active", version } : { reason: "invalid", field };
}

/** The first term that no instrument may have. */
function invalidTerm(terms: InstrumentTerms): keyof InstrumentTerms | null {
  const { name, referencePrice, leastValue, priceLimit, tick, lot } = terms;
  if (name.trim() === "") return "name";
  if (!within(tick, CENT, TICK_MAX) || tick % CENT !== 0) return "tick";
  if (!within(lot, 1, ORDER_QTY_LOTS_MAX)) return "lot";
  if (!within(referencePrice, CENT, PRICE_MAX)) return "referencePrice";
  if (!within(leastValue, 0, PRICE_MAX)) return "leastValue";
  return within(priceLimit, 1, PRICE_LIMIT_MAX) ? null : "priceLimit";
}

function within(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
