/** Asset objects, and lookup of assets by the names that clients use. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { findInstrument, INSTRUMENTS } from "../../domain/market/listing.ts";
import { type Instrument, tickSize } from "../../domain/market/instrument.ts";
import type { WireAsset } from "../wire/assets.ts";
import { type Read, readQuery } from "../http/readRequest.ts";
import { assetListQuery } from "../wire/query.ts";

/** A price at which the coarsest price step is in force. */
const ORDINARY_PRICE = 100_000;

/** The asset object of the API. Equities carry the three increments too: ccxt cannot trade without them. */
export function assetToWire(instrument: Instrument): WireAsset {
  const oneLot = formatDecimal(1, instrument.qtyDecimals);
  return {
    id: instrument.id,
    class: instrument.assetClass,
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    name: instrument.name,
    status: "active",
    tradable: true,
    marginable: false,
    maintenance_margin_requirement: 100,
    margin_requirement_long: "100",
    margin_requirement_short: "100",
    shortable: false,
    easy_to_borrow: false,
    borrow_status: "hard_to_borrow",
    fractionable: true,
    attributes: [],
    cusip: null,
    min_order_size: oneLot,
    min_trade_increment: oneLot,
    price_increment: formatDecimal(tickSize(instrument, ORDINARY_PRICE), PRICE_DECIMALS),
  };
}

const byCompactSymbol = new Map(
  INSTRUMENTS.filter(({ assetClass }) => assetClass === "crypto").map((instrument) => [
    compactSymbol(instrument.symbol),
    instrument,
  ]),
);

/** A crypto pair without its slash, as positions name it: `BTC/USD` → `BTCUSD`. */
export function compactSymbol(symbol: string): string {
  return symbol.replace("/", "");
}

/** The instrument a client means by a symbol (`BTCUSD` for `BTC/USD` too) or an asset id. */
export function findAsset(name: string): Instrument | undefined {
  return findInstrument(name) ?? byCompactSymbol.get(name);
}

/** The listed symbol of a name; an unlisted name is returned unchanged, and the account refuses it. */
export function canonicalSymbol(name: string): string {
  return findAsset(name)?.symbol ?? name;
}

/**
 * The instruments that GET /v2/assets asks for. ccxt asks for crypto only, and accepts equities too: `withEquities`
 * adds them, because ccxt could not trade shares otherwise.
 */
export function readAssetFilter(query: URLSearchParams, withEquities: boolean): Read<readonly Instrument[]> {
  const read = readQuery(assetListQuery, query);
  if (!read.ok) return read;
  const { status, exchange, attributes, asset_class: classes } = read.value;
  // Every listed asset is active and has no special attribute.
  if ((status !== null && !status.includes("active")) || attributes !== null) return { ok: true, value: [] };
  const wanted = withEquities && classes.includes("crypto") ? [...classes, "us_equity"] : classes;
  const found = INSTRUMENTS.filter(
    (instrument) =>
      wanted.includes(instrument.assetClass) && (exchange === null || exchange.includes(instrument.exchange)),
  );
  return { ok: true, value: found };
}
