import type { Activity, FillActivity } from "../../domain/account/activities/activity.ts";
import type { MovementSum } from "../../domain/portfolio/history/movement.ts";

/** Adds an activity to the movement of its time. */
export function addActivity(sum: MovementSum, activity: Activity): void {
  switch (activity.type) {
    case "FILL":
      return addFill(sum, activity);
    case "FEE":
      return sum.addFee(-activity.cash);
    // What the account had when its record began: not a change.
    case "MISC":
      return;
    default: {
      const { type, symbol, cash, qty, cost } = activity;
      if (cash !== 0) sum.addFlow({ type, symbol: null, amount: cash, cost: 0 });
      if (symbol !== null && qty !== 0) sum.addFlow({ type, symbol, amount: qty, cost });
    }
  }
}

function addFill(sum: MovementSum, { symbol, side, qty, cash, fees, lots }: FillActivity): void {
  let realized = 0;
  for (const { cost, proceeds } of lots) if (proceeds !== null) realized += proceeds - cost;
  let paid = 0;
  for (const { amount } of fees) paid += amount;
  const buys = side === "buy";
  const [bought, sold] = buys ? [cash, 0] : [0, cash];
  sum.addTrade({ symbol, qty: buys ? qty : -qty, bought, sold, realized, fees: paid });
}
