/** Reads requests of administrators about instruments, and maps instruments to REST answers. */
import { assetNamed } from "../../domain/market/asset.ts";
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { InstrumentChange, InstrumentTerms } from "../../domain/market/instrumentChange.ts";
import type { Read } from "../http/readRequest.ts";
import { readBody } from "../http/readRequest.ts";
import type { DecidedInstrument } from "../rpc/instrumentRegistry.ts";
import { instrumentChangeRequest, listRequest, type WireInstrument } from "../wire/instruments.ts";

/** A percentage has hundredths. */
const PERCENT_DECIMALS = 2;

/** The field of a request for each term of an instrument. */
export const FIELD_OF: Readonly<Record<"symbol" | keyof InstrumentTerms, string>> = {
  symbol: "symbol",
  name: "name",
  exchange: "exchange",
  referencePrice: "reference_price",
  leastValue: "min_order_value",
  priceLimit: "price_limit_percent",
  tick: "tick",
  lot: "lot",
};

/** Text that is not an exact number becomes NaN, which the validation of instruments refuses. */
function units(text: string, decimals: number): number {
  const value = parseDecimal(text, decimals);
  return typeof value === "number" ? value : Number.NaN;
}

/** Reads the body of a listing. */
export function listingFromBody(body: unknown): Read<InstrumentChange> {
  const read = readBody(listRequest, body);
  if (!read.ok) return read;
  const form = read.value;
  return {
    ok: true,
    value: {
      kind: "list",
      symbol: form.symbol,
      name: form.name,
      exchange: form.exchange,
      referencePrice: units(form.reference_price, PRICE_DECIMALS),
      leastValue: units(form.min_order_value, PRICE_DECIMALS),
      priceLimit: units(form.price_limit_percent, PERCENT_DECIMALS),
      tick: units(form.tick, PRICE_DECIMALS),
      lot: form.lot === undefined ? 1 : units(form.lot, assetNamed(form.symbol)?.qtyDecimals ?? 0),
    },
  };
}

/** Reads the body of a change of an instrument; terms that are left out do not change. */
export function changeFromBody(symbol: string, qtyDecimals: number, body: unknown): Read<InstrumentChange> {
  const read = readBody(instrumentChangeRequest, body);
  if (!read.ok) return read;
  const { name, tick, lot, price_source: priceSource } = read.value;
  return {
    ok: true,
    value: {
      kind: "change",
      symbol,
      ...(name === undefined ? {} : { name }),
      ...(tick === undefined ? {} : { tick: units(tick, PRICE_DECIMALS) }),
      ...(lot === undefined ? {} : { lot: units(lot, qtyDecimals) }),
      ...(priceSource === undefined ? {} : { priceSource }),
    },
  };
}

/** The instrument object for administrators. */
export function instrumentToWire({ instrument, inForce }: DecidedInstrument): WireInstrument {
  return {
    id: instrument.id,
    symbol: instrument.symbol,
    name: instrument.name,
    class: instrument.assetClass,
    exchange: instrument.exchange,
    status: instrument.status,
    reference_price: formatDecimal(instrument.referencePrice, PRICE_DECIMALS),
    min_order_value: formatDecimal(instrument.leastValue, PRICE_DECIMALS),
    price_limit_percent: formatDecimal(instrument.priceLimit, PERCENT_DECIMALS),
    tick: formatDecimal(instrument.tick, PRICE_DECIMALS),
    lot: formatDecimal(instrument.lot, instrument.qtyDecimals),
    price_source: instrument.priceSource ?? "own",
    version: instrument.version,
    in_force: inForce,
  };
}
