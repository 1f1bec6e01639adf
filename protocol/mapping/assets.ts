/** Asset objects, and lookup of assets by the names that clients use. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { type Instrument, lotsPerShare, tickSize } from "../../domain/market/instrument.ts";
import type { WireAsset } from "../wire/assets.ts";
import { type Read, readQuery } from "../http/readRequest.ts";
import { assetListQuery } from "../wire/query.ts";

/** A price at which the coarsest price step is in force. */
const ORDINARY_PRICE = 100_000;

/** The asset object of the API. Equities carry the three increments too: ccxt cannot trade without them. */
export function assetToWire(instrument: Instrument): WireAsset {
  const lot = formatDecimal(instrument.lot, instrument.qtyDecimals);
  const isActive = instrument.status === "active";
  return {
    id: instrument.id,
    class: instrument.assetClass,
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    name: instrument.name,
    status: isActive ? "active" : "inactive",
    tradable: isActive,
    marginable: false,
    maintenance_margin_requirement: 100,
    margin_requirement_long: "100",
    margin_requirement_short: "100",
    shortable: false,
    easy_to_borrow: false,
    borrow_status: "hard_to_borrow",
    fractionable: isFractionable(instrument),
    attributes: attributesOf(instrument),
    cusip: null,
    min_order_size: lot,
    min_trade_increment: lot,
    price_increment: formatDecimal(tickSize(instrument, ORDINARY_PRICE), PRICE_DECIMALS),
  };
}

function isFractionable(instrument: Instrument): boolean {
  return instrument.lot < lotsPerShare(instrument);
}

/** Alpaca's names for what orders of shares may do here: fractions out of regular hours, and overnight trading. */
function attributesOf(instrument: Instrument): string[] {
  if (instrument.assetClass !== "us_equity") return [];
  return isFractionable(instrument) ? ["fractional_eh_enabled", "overnight_tradable"] : ["overnight_tradable"];
}

/** A crypto pair without its slash, as positions name it: `BTC/USD` → `BTCUSD`. */
export function compactSymbol(symbol: string): string {
  return symbol.replace("/", "");
}

/** The listed symbol of a name; an unlisted name is returned unchanged, and the account refuses it. */
export function canonicalSymbol(name: string, instruments: Instruments): string {
  return instruments.find(name)?.symbol ?? name;
}

/**
 * The instruments that GET /v2/assets asks for. ccxt asks for crypto only, and accepts equities too: `withEquities`
 * adds them, because ccxt could not trade shares otherwise.
 */
export function readAssetFilter(
  query: URLSearchParams,
  withEquities: boolean,
  instruments: Instruments,
): Read<readonly Instrument[]> {
  const read = readQuery(assetListQuery, query);
  if (!read.ok) return read;
  const { status, exchange, attributes, asset_class: classes } = read.value;
  const wanted = withEquities && classes.includes("crypto") ? [...classes, "us_equity"] : classes;
  const found = instruments.all.filter(
    (instrument) =>
      wanted.includes(instrument.assetClass) &&
      (attributes === null || attributesOf(instrument).some((attribute) => attributes.includes(attribute))) &&
      (exchange === null || exchange.includes(instrument.exchange)) &&
      (status === null || status.includes(instrument.status === "active" ? "active" : "inactive")),
  );
  return { ok: true, value: found };
}
