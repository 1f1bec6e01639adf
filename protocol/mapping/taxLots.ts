/** Tax lots and realised gains as the API shows them. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { Asset } from "../../domain/market/asset.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { termOf } from "../../domain/portfolio/holdingPeriod.ts";
import { lotValues } from "../../domain/portfolio/lotValues.ts";
import type { LotsPage, RealizedLine, RealizedPage } from "../rpc/lots.ts";
import type { WireRealized, WireTaxLots } from "../wire/taxLots.ts";
import { compactSymbol } from "./assets.ts";

const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
const time = (ms: number): string => new Date(ms).toISOString();
const nameOf = ({ assetClass, symbol }: Asset): string => (assetClass === "crypto" ? compactSymbol(symbol) : symbol);

/** Lots of an asset, valued at a price in 1/10,000 dollar: together they have the market value of the position. */
export function taxLotsToWire(
  asset: Asset,
  { quantity, cost, lots, before, next, reserved = [] }: LotsPage,
  price: number,
  now: number,
) {
  const shares = (amount: number): string => formatDecimal(amount, asset.qtyDecimals);
  const held = new Map(reserved);
  const wire: WireTaxLots = {
    symbol: nameOf(asset),
    qty: shares(quantity),
    cost_basis: dollars(cost),
    current_price: dollars(price),
    lots: lotValues(lots, price, lotsPerShare(asset), now, before).map((lot) => ({
      lot_id: lot.lotId,
      acquired_at: time(lot.acquiredAt),
      source: lot.source,
      qty: shares(lot.quantity),
      qty_available: shares(lot.quantity - (held.get(lot.lotId) ?? 0)),
      cost_basis: dollars(lot.cost),
      market_value: dollars(lot.value),
      unrealized_pl: dollars(lot.gain),
      term: lot.term,
    })),
    next_page_token: next,
  };
  return wire;
}

export function realizedToWire({ lines, next }: RealizedPage): WireRealized {
  return { items: lines.map(lineToWire), next_page_token: next };
}

function lineToWire(line: RealizedLine): WireRealized["items"][number] {
  const asset = assetOf(line.symbol);
  const qty = formatDecimal(line.quantity, asset.qtyDecimals);
  const lot = { symbol: nameOf(asset), disposal_id: line.disposalId, lot_id: line.lotId };
  if (line.kind === "wash_sale") {
    const { replacedBy, at, disallowed } = line;
    const loss = { replaced_by: replacedBy, transaction_time: time(at), qty, disallowed_loss: dollars(disallowed) };
    return { type: "wash_sale", ...lot, ...loss };
  }
  const { orderId, acquiredAt, soldAt, cost, proceeds } = line;
  return {
    type: "disposal",
    ...lot,
    order_id: orderId,
    acquired_at: time(acquiredAt),
    transaction_time: time(soldAt),
    qty,
    cost_basis: dollars(cost),
    proceeds: dollars(proceeds),
    gain: dollars(proceeds - cost),
    term: termOf(acquiredAt, soldAt),
  };
}
