import type { Mutant } from "./mutants.ts";

/** Faults planted in fees and settlement. */
export const moneyMutants: readonly Mutant[] = [
  {
    name: "fees: a restart forgets what an order has paid, and its minimum is charged twice",
    file: "domain/account/state/save.ts",
    find: "    open: [...state.open.values()],\n    timers: saveTimers",
    replace: "    open: [...state.open.values()].map(({ fees: _fees, ...order }) => order),\n    timers: saveTimers",
  },
  {
    name: "fees: a fill is charged twice",
    file: "domain/account/fees/chargeFill.ts",
    find: '"available", "house", total);',
    replace: '"available", "house", 2 * total);',
  },
  {
    name: "fees: the volume of a day is added to the day before",
    file: "domain/fees/tierVolume.ts",
    find: "  if (newest !== undefined && newest[0] === day) return",
    replace: "  if (newest !== undefined) return",
  },
  {
    name: "fees: what an order did not pay stays held",
    file: "domain/account/fees/feeReserve.ts",
    find: "  if (order.feeReserve === undefined || order.filledQty === order.qty) return 0;\n",
    replace: "  if (order.feeReserve === undefined) return 0;\n",
  },
  {
    name: "settlement: unsettled cash is withdrawn",
    file: "domain/account/settlement/cashLimits.ts",
    find: "  return Math.max(0, Math.min(available, settled));",
    replace: "  return Math.max(available, settled);",
  },
  {
    name: "settlement: a withdrawal does not reduce settled cash",
    file: "domain/account/ledger/previousClose.ts",
    find: "  if (asset === CASH) settlePayment(state, amount, now, out);\n",
    replace: "  if (asset === CASH && amount > 0) settlePayment(state, amount, now, out);\n",
  },
];
