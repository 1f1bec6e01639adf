import type { Mutant } from "./mutants.ts";

/** Faults in the tax lots of accounts. */
export const lotMutants: readonly Mutant[] = [
  {
    name: "lots: a partial sale leaves the cost of its lot as it was",
    file: "domain/portfolio/lots.ts",
    find: "  lot.cost -= cost;\n",
    replace: "",
  },
  {
    name: "lots: a lot that was sold in full is not removed",
    file: "domain/portfolio/lots.ts",
    find: "  removeEmpty(state, taken);\n",
    replace: "",
  },
  {
    name: "lots: the last lot is sold first",
    file: "domain/portfolio/lotMethod.ts",
    find: 'return method === "fifo" ? take(quantity, lots, reserved)',
    replace: 'return method === "fifo" ? take(quantity, lastToFirst(lots), reserved)',
  },
  {
    name: "lots: proceeds are not divided by quantity",
    file: "domain/portfolio/lots.ts",
    find: "const share = mulDivHalfEven(proceeds, sold, quantity) - paid;",
    replace: "const share = proceeds - paid;",
  },
  {
    name: "lots: a lot is dated when its account hears of the trade",
    file: "domain/account/orders/reports.ts",
    find: "const shares = { symbol: order.symbol, quantity: qty, at: report.at };",
    replace: "const shares = { symbol: order.symbol, quantity: qty, at: now + 86_400_000 * 40 };",
  },
  {
    name: "lots: only the first fill of an order takes the lots that are chosen for it",
    file: "domain/account/lots/chosenLots.ts",
    find: "if (order.lots !== undefined) return {",
    replace: "if (order.lots !== undefined && order.filledQty === 0) return {",
  },
  {
    name: "lots: other sales take lots that an open order has chosen",
    file: "domain/account/lots/chosenLots.ts",
    find: "const reserved = reservedLots(state, order.symbol, order);",
    replace: "const reserved = NOTHING_RESERVED;",
  },
  {
    name: "lots: an order that has ended goes on reserving its lots",
    file: "domain/account/state/openOrders.ts",
    find: "if (withLots?.delete(order) === true && withLots.size === 0)",
    replace: "if (withLots?.size === 0)",
  },
  {
    name: "lots: a restart forgets which lots are reserved",
    file: "domain/account/state/save.ts",
    find: "openWithLots: withLots(saved.open),",
    replace: "openWithLots: new Map(),",
  },
  {
    name: "lots: an order chooses lots that another one has reserved",
    file: "domain/account/lots/chosenLots.ts",
    find: "return refuseChoice(lots, choices, quantity, reservedLots(state, symbol, replaced));",
    replace: "return refuseChoice(lots, choices, quantity);",
  },
  {
    name: "lots: what is sold while a replace is pending stays in the choice of the new order",
    file: "domain/account/orders/reports.ts",
    find: 'if (change !== null && order.side === "sell") sellOfNext(state, order, change.lots);',
    replace: "",
  },
  {
    name: "lots: a snapshot loses the newest lot of each symbol",
    file: "domain/account/lots/accountLots.ts",
    find: "saveLots(lots)] as const",
    replace: "saveLots({ ...lots, lots: lots.lots.slice(0, -1) })] as const",
  },
];
