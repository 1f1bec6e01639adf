/** Errors of the rules of risk that Alpaca does not have. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { Largest, RiskRefusal } from "../../domain/risk/refusal.ts";

type Row = readonly [status: number, code: number, message: string, facts?: Readonly<Record<string, unknown>>];

const OWN_REASONS = [
  "stop_price_limit",
  "kill_switch",
  "symbol_blocked",
  "feed_stale",
  "order_limit",
  "duplicate_order",
  "daily_loss_limit",
  "tax_lot_not_found",
  "tax_lot_repeated",
  "tax_lot_insufficient",
  "tax_lots_quantity",
] as const;
export type OwnRiskRefusal = Extract<RiskRefusal, { reason: (typeof OWN_REASONS)[number] }>;

const OWN: ReadonlySet<string> = new Set(OWN_REASONS);

/** Whether an error is one of these. */
export function isOwnRiskRefusal<E extends { readonly reason: string }>(
  error: E | OwnRiskRefusal,
): error is OwnRiskRefusal {
  return OWN.has(error.reason);
}

const refused = (message: string, facts: Readonly<Record<string, unknown>> = {}): Row => [
  403,
  40310000,
  message,
  facts,
];

/** Status, code, text and facts of a refusal. */
export function riskRow(error: OwnRiskRefusal): Row {
  switch (error.reason) {
    case "kill_switch":
      return refused(`new orders are refused while the kill switch of the ${error.by} is on`, { set_by: error.by });
    case "symbol_blocked":
      return refused(`${error.symbol} is blocked in this account`);
    case "feed_stale":
      return refused(`the prices of ${error.symbol} are stale: only orders with a limit price are accepted`, {
        symbol: error.symbol,
      });
    case "stop_price_limit": {
      const [price, reference, bound] = [dollars(error.price), dollars(error.reference), dollars(error.bound)];
      const most = error.price < error.bound ? "below" : "above";
      const text = `${error.field} ${price} is too far from the market (${reference}): it may not be ${most} ${bound}`;
      return [422, 42210000, text, { field: error.field, price, reference_price: reference, price_bound: bound }];
    }
    case "order_limit":
      return limitRow(error);
    case "duplicate_order":
      return refused("the order repeats a recent order", { existing_order_id: error.orderId });
    case "daily_loss_limit": {
      const [loss, limit] = [dollars(error.loss), dollars(error.limit)];
      const text = `the daily loss limit ${limit} is reached: orders that increase exposure are refused until the next trading day`;
      return refused(text, { daily_loss: loss, daily_loss_limit: limit });
    }
    case "tax_lot_not_found":
      return unusable(`there is no tax lot ${error.lotId} of ${error.symbol}`, { lot_id: error.lotId });
    case "tax_lot_repeated":
      return unusable(`tax lot ${error.lotId} is named twice`, { lot_id: error.lotId });
    case "tax_lot_insufficient":
    case "tax_lots_quantity":
      return lotsRow(error);
  }
}

const unusable = (message: string, facts: Readonly<Record<string, unknown>>): Row => [422, 42210000, message, facts];

function lotsRow(error: Extract<RiskRefusal, { reason: "tax_lot_insufficient" | "tax_lots_quantity" }>): Row {
  const shares = (quantity: number): string => formatDecimal(quantity, assetOf(error.symbol).qtyDecimals);
  if (error.reason === "tax_lots_quantity") {
    const [chosen, needed] = [shares(error.chosen), shares(error.quantity)];
    const text = `tax_lots add up to ${chosen}, and the order has ${needed} to sell`;
    return unusable(text, { chosen, needed });
  }
  const [requested, available, reserved] = [error.requested, error.available, error.reserved].map(shares);
  const text = `tax lot ${error.lotId} has ${available} available (requested: ${requested}, reserved: ${reserved})`;
  return refused(text, { lot_id: error.lotId, requested, available, reserved });
}

const NAMES = {
  order_value: "order value",
  order_qty: "order quantity",
  position_value: "position value",
  position_qty: "position",
} as const;

function limitRow({ limit, by, symbol, value, most, largest }: Extract<RiskRefusal, { reason: "order_limit" }>): Row {
  const inLots = limit === "order_qty" || limit === "position_qty";
  const decimals = inLots ? assetOf(symbol).qtyDecimals : PRICE_DECIMALS;
  const [needed, available] = [formatDecimal(value, decimals), formatDecimal(most, decimals)];
  const text = `${NAMES[limit]} ${needed} is above the limit ${available} of the ${by}`;
  return refused(text, { limit: `max_${limit}`, set_by: by, needed, available, ...largestFacts(largest) });
}

/** The largest size that would pass, as the fields of an error. */
export function largestFacts(largest: Largest | undefined): Readonly<Record<string, string>> {
  if (largest === undefined) return {};
  if ("notional" in largest) return { max_notional: dollars(largest.notional) };
  return { max_qty: formatDecimal(largest.qty, assetOf(largest.symbol).qtyDecimals) };
}

function dollars(amount: number): string {
  return formatDecimal(amount, PRICE_DECIMALS);
}
