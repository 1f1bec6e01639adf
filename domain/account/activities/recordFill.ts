import type { BookReport } from "../../matching/messages.ts";
import type { ChargedFees } from "../fees/chargeFill.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Order } from "../state/order.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import type { ActivityLot } from "./activity.ts";
import { recordActivity, recordBooking } from "./record.ts";

/** What a fill moved: cash without fees, its fees, and the tax lots that it made or sold. */
export interface FillAmounts {
  readonly cash: number;
  readonly fees: ChargedFees;
  readonly lots: readonly ActivityLot[];
}

/** Records a fill, and its fees if they moved cash; `order` is the order after the fill. */
export function recordFill(
  state: Readonly<AccountState>,
  order: Order,
  { price, qty, at, tradeId, liquidity }: Extract<BookReport, { kind: "fill" }>,
  { cash, fees, lots }: FillAmounts,
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
      lots,
    },
    out,
  );
  if (fees.total === 0) return;
  const description = `Fees of trade ${tradeId}: ${fees.items.map(({ code }) => code).join(", ")}`;
  recordBooking(state, { type: "FEE", at: now, cash: -fees.total, symbol, reference: id, description }, out);
}
