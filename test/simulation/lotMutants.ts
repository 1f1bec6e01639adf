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
    find: 'return method === "fifo" ? take(quantity, lots)',
    replace: 'return method === "fifo" ? take(quantity, lastToFirst(lots))',
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
    name: "lots: a snapshot loses the newest lot of each symbol",
    file: "domain/account/lots/accountLots.ts",
    find: "saveLots(lots)] as const",
    replace: "saveLots({ ...lots, lots: lots.lots.slice(0, -1) })] as const",
  },
];
