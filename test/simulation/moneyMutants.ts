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
    name: "fees: a sweep forgets that it has sent them",
    file: "domain/account/fees/sweep.ts",
    find: "  fees.swept += amount;\n",
    replace: "  fees.swept = amount;\n",
  },
  {
    name: "fees: the fees of regulators are sent with every sweep",
    file: "domain/account/fees/sweep.ts",
    find: "  fees.regulatory = new Map();\n",
    replace: "",
  },
  {
    name: "fees: no alarm wakes an account for its sweep",
    file: "durable-objects/account/parts.ts",
    find: ", sweepsAt(this.actor.state)]",
    replace: "]",
  },
  {
    name: "fees: they are swept before the day is over",
    file: "durable-objects/account/machine.ts",
    find: "  const sweep = now < state.dayEnd ? null : dueSweep(state, now,",
    replace: "  const sweep = dueSweep(state, Infinity,",
  },
  {
    name: "fees: a restart forgets what was swept",
    file: "domain/account/fees/accountFees.ts",
    find: "    ...(swept === 0 ? {} : { swept }),\n",
    replace: "",
  },
  {
    name: "house: a day has only the fees that came last",
    file: "durable-objects/house/dayStore.ts",
    find: "SET amount = amount + excluded.amount,",
    replace: "SET amount = excluded.amount,",
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
