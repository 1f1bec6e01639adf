import type { Mutant } from "./mutants.ts";

/** Faults in transfers of shares between accounts of one user. */
export const shareMutants: readonly Mutant[] = [
  {
    name: "shares: those that the other account has refused are not put back",
    file: "domain/account/ledger/withdrawals.ts",
    find: '  if (shares !== undefined && wanted === "rejected") returnShares(',
    replace: '  if (shares !== undefined && wanted !== "rejected" && wanted !== "settled") returnShares(',
  },
  {
    name: "shares: those that the other account has got are put back as well",
    file: "domain/account/ledger/withdrawals.ts",
    find: '  if (shares !== undefined && wanted === "rejected") returnShares(',
    replace: "  if (shares !== undefined) returnShares(",
  },
  {
    name: "shares: those that open orders hold are taken",
    file: "domain/account/ledger/sentShares.ts",
    find: "Math.min(available, available + held - unsettled)",
    replace: "available + held - unsettled",
  },
  {
    name: "shares: their lots stay in the account",
    file: "domain/account/ledger/sentShares.ts",
    find: "const lots = transferOut(lotsOf(state.lots, symbol), qty, { specific });",
    replace: "const lots = transferOut(structuredClone(lotsOf(state.lots, symbol)), qty, { specific });",
  },
  {
    name: "shares: their lots are the newest of the account",
    file: "domain/account/ledger/sentShares.ts",
    find: "    .slice(0, TRANSFER_LOTS_MAX);\n",
    replace: "    .slice(0, TRANSFER_LOTS_MAX)\n    .reverse();\n",
  },
  {
    name: "shares: they arrive without their cost",
    file: "domain/account/ledger/sentShares.ts",
    find: "  return { acquiredAt, quantity, cost };\n",
    replace: "  return { acquiredAt, quantity, cost: 0 * cost };\n",
  },
  {
    name: "shares: they arrive as acquired on the day of the transfer",
    file: "domain/account/ledger/applyDeposit.ts",
    find: "acquiredLot({ lotId: transferIn(held, lot), ...lot })",
    replace: "acquiredLot({ lotId: transferIn(held, { ...lot, acquiredAt: now }), ...lot, acquiredAt: now })",
  },
  {
    name: "shares: lots that come back have new numbers",
    file: "domain/portfolio/returnedLots.ts",
    find: "const lot: TaxLot = { lotId, acquiredAt,",
    replace: "const lot: TaxLot = { lotId: state.nextLotId++, acquiredAt,",
  },
  {
    name: "shares: the transfers actor forgets their lots in a restart",
    file: "domain/transfers/transfers.ts",
    find: "open.map((transfer) => [transfer.id, transfer])",
    replace: "open.map(({ lots: _, ...transfer }) => [transfer.id, transfer])",
  },
  {
    name: "shares: a snapshot forgets the lots that are between two accounts",
    file: "domain/account/state/save.ts",
    find: "new Map((saved.withdrawals ?? []).map((withdrawal) => [withdrawal.id, withdrawal]))",
    replace:
      "new Map((saved.withdrawals ?? []).map((each) => [each.id, { ...each, ...(each.shares && { shares: { ...each.shares, lots: [] } }) }]))",
  },
];
