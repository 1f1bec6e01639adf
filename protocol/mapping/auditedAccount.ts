/** GET /v1/audit/accounts/{id}: an account, for comparison with the audit trail. */
import { isForAuction } from "../../domain/order/timeInForce.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { AuditedAccount } from "../rpc/account.ts";
import type { WireAudited } from "../wire/audit.ts";

const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);

/** Amounts as the trail writes them: decimal strings. `events` is the number of the account's last audited event. */
export function auditedToWire({ events, account, open, lotHashes }: AuditedAccount): WireAudited {
  return {
    account_id: account.accountId,
    events,
    cash: dollars(account.cash - account.cashHeld),
    cash_held: dollars(account.cashHeld),
    positions: account.positions.map(({ symbol, qty, available, costBasis }) => {
      const { qtyDecimals } = assetOf(symbol);
      return {
        symbol,
        qty: formatDecimal(available, qtyDecimals),
        qty_held: formatDecimal(qty - available, qtyDecimals),
        cost_basis: dollars(costBasis),
        ...(lotHashes === undefined ? {} : { tax_lots: lotHashes[symbol] ?? "" }),
      };
    }),
    open_orders: open.map((order) => {
      const { qtyDecimals } = assetOf(order.symbol);
      return {
        order_id: order.id,
        symbol: order.symbol,
        side: order.side,
        status: order.status,
        qty: formatDecimal(order.qty, qtyDecimals),
        filled_qty: formatDecimal(order.filledQty, qtyDecimals),
        limit_price: order.limitPrice === null ? null : dollars(order.limitPrice),
        held: formatDecimal(order.held, order.side === "buy" ? PRICE_DECIMALS : qtyDecimals),
        shown: isShown(order),
      };
    }),
  };
}

/** Whether the book shows the whole remaining quantity of an order at its limit price. */
function isShown({ type, status, timeInForce, terms = {} }: Order): boolean {
  const { display, minQty, allOrNone, peg } = terms;
  const whole = display === undefined && minQty === undefined && allOrNone === undefined && peg === undefined;
  const waits = status === "held" || status === "accepted" || isForAuction(timeInForce);
  return type === "limit" && whole && !waits;
}
