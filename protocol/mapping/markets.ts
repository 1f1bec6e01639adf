/** The state of markets as REST answers for administrators. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { Indicative, MarketStatus } from "../../domain/market/phase.ts";
import type { MarketView } from "../rpc/orderBook.ts";
import type { WireMarket } from "../wire/market.ts";

const price = (value: number): string => formatDecimal(value, PRICE_DECIMALS);
const time = (ms: number): string => new Date(ms).toISOString();

/** The market object for administrators, with prices and quantities as decimal strings. */
export function marketToWire(view: MarketView): WireMarket {
  const { symbol, status, luldTier, indicative, last, orders, accounts, sequence } = view;
  const quantity = (lots: number): string => formatDecimal(lots, assetOf(symbol).qtyDecimals);
  return {
    symbol,
    phase: status.phase,
    session: status.session,
    since: time(status.since),
    until: status.until === null ? null : time(status.until),
    halt: status.halt,
    calendar: status.calendar,
    luld_tier: luldTier,
    ...bandsToWire(status),
    indicative: indicative === null ? null : indicativeToWire(indicative, quantity),
    last_trade: last === null ? null : { price: price(last.price), qty: quantity(last.qty), at: time(last.at) },
    orders,
    accounts,
    sequence,
  };
}

function bandsToWire({ bands, limitState }: MarketStatus): Pick<WireMarket, "bands" | "limit_state"> {
  const { lower, upper, reference, since } = bands ?? { lower: 0, upper: 0, reference: 0, since: 0 };
  const shown = { lower: price(lower), upper: price(upper), reference: price(reference), since: time(since) };
  return {
    bands: bands === null ? null : shown,
    limit_state: limitState === null ? null : { side: limitState.side, since: time(limitState.since) },
  };
}

function indicativeToWire(indicative: Indicative, quantity: (lots: number) => string): WireMarket["indicative"] {
  return {
    price: indicative.price === null ? null : price(indicative.price),
    paired_qty: quantity(indicative.paired),
    imbalance_qty: quantity(indicative.imbalance),
    imbalance_side: indicative.imbalanceSide,
    reference_price: price(indicative.reference),
  };
}
