import type { BookReport } from "../../matching/messages.ts";
import type { ChargedFees } from "../fees/chargeFill.ts";
import { activityLots, activityWashSales, type LotChange } from "../lots/lotRecords.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Order } from "../state/order.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { recordActivity, recordBooking } from "./record.ts";

/** What a fill moved: cash without fees, its fees, and what it did to tax lots; null for an account without. */
export interface FillAmounts {
  readonly cash: number;
  readonly fees: ChargedFees;
  readonly change: LotChange | null;
}

/** Records a fill, and its fees if they moved cash; `order` is the order after the fill. */
export function recordFill(
  state: Readonly<AccountState>,
  order: Order,
  { price, qty, at, tradeId, liquidity }: Extract<BookReport, { kind: "fill" }>,
  { cash, fees, change }: FillAmounts,
  now: number,
  out: AccountOutputs,
): void {
  const { id, symbol, side, filledQty, status } = order;
  recordActivity(
    state,
    {
      type: "FILL",
      at: now,
      tradedAt: at,
      orderId: id,
      symbol,
      side,
      price,
      qty,
      cumQty: filledQty,
      leavesQty: order.qty - filledQty,
      status,
      cash,
      tradeId,
      liquidity,
      fees: fees.items,
      lots: activityLots(change),
      disposalId: change?.disposal?.disposalId ?? null,
      washSales: activityWashSales(change),
    },
    out,
  );
  if (fees.total === 0) return;
  const description = `Fees of trade ${tradeId}: ${fees.items.map(({ code }) => code).join(", ")}`;
  recordBooking(state, { type: "FEE", at: now, cash: -fees.total, symbol, reference: id, description }, out);
}
