/** The preview of an order, to the wire. */
import { divideHalfEven, formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { type Asset, assetOf } from "../../domain/market/asset.ts";
import type { OrderPreview, PreviewWarning } from "../rpc/accountSettings.ts";
import { wireError } from "../errors/catalogue.ts";
import type { Audience } from "../errors/shortage.ts";
import type { WirePreview } from "../wire/orderPreview.ts";

/** Decimals of an average price, as on orders. */
const AVERAGE_DECIMALS = 8;

export function previewToWire(preview: OrderPreview, audience: Audience): WirePreview {
  const { symbol, side, refusals, warnings, buyingPower, estimate } = preview;
  const asset = symbol === null ? null : assetOf(symbol);
  return {
    symbol,
    side,
    accepted: refusals.length === 0,
    refusals: refusals.map(({ rule, refusal }) => {
      const { status, body } = wireError(refusal, audience);
      return { rule, status, error: body };
    }),
    warnings: asset === null ? [] : warnings.map((warning) => warningToWire(warning, asset)),
    buying_power: dollars(buyingPower),
    estimate: asset === null || estimate === null ? null : estimateToWire(estimate, side === "buy", asset),
  };
}

function warningToWire(warning: PreviewWarning, { qtyDecimals }: Asset): WirePreview["warnings"][number] {
  switch (warning.kind) {
    case "not_filled_at_once":
      if (warning.leaves === null) return { warning: warning.kind };
      return { warning: warning.kind, leaves_qty: formatDecimal(warning.leaves, qtyDecimals) };
    case "duplicate_order":
      return { warning: warning.kind, existing_order_id: warning.orderId };
    default:
      return { warning: warning.kind };
  }
}

function estimateToWire(
  estimate: NonNullable<OrderPreview["estimate"]>,
  buys: boolean,
  { qtyDecimals }: Asset,
): WirePreview["estimate"] {
  const shares = (lots: number): string => formatDecimal(lots, qtyDecimals);
  const { filledQty, hold } = estimate;
  const average = (exact: bigint): string | null =>
    filledQty === 0
      ? null
      : formatDecimal(
          divideHalfEven(exact * 10n ** BigInt(AVERAGE_DECIMALS - PRICE_DECIMALS), BigInt(filledQty)),
          AVERAGE_DECIMALS,
        );
  return {
    qty: shares(estimate.qty),
    fills: estimate.fills.map(({ price, qty }) => ({ price: dollars(price), qty: shares(qty) })),
    filled_qty: shares(filledQty),
    filled_avg_price: average(estimate.filledValue),
    slippage: average(estimate.slippageValue),
    value: dollars(estimate.value),
    fee: dollars(estimate.fee),
    fee_max: estimate.feeMost === null ? null : dollars(estimate.feeMost),
    cash_held: buys ? dollars(hold) : null,
    qty_held: buys ? null : shares(hold),
    buying_power_after: dollars(estimate.buyingPowerAfter),
  };
}

function dollars(amount: number): string {
  return formatDecimal(amount, PRICE_DECIMALS);
}
