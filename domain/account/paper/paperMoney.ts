import type { UserId } from "../../ids.ts";
import type { AccountState } from "../state/accountState.ts";
import type { AccountEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import { CASH } from "../ledger/ledger.ts";

/** The cash of a new paper account, in 1/10,000 dollar: 100,000 dollars. */
export const PAPER_CASH = 1_000_000_000;
/** The most cash to begin with: 100 million dollars. */
export const PAPER_CASH_MAX = 1_000_000_000_000;
/** References of the deposits with which a paper account begins, and begins again. */
const OPENING = "paper-opening";
const RESET = "paper-reset-";

/** The deposit of paper money (1/10,000 dollar) with which a paper account of this user begins. */
export function openingDeposit(owner: UserId, origin: Origin, amount = PAPER_CASH): AccountEntry {
  requirePaperCash(amount);
  return { kind: "deposited", reference: OPENING, asset: CASH, amount, cost: 0, by: owner, origin };
}

function requirePaperCash(cash: number): void {
  if (!Number.isSafeInteger(cash) || cash < 1 || cash > PAPER_CASH_MAX) throw new RangeError(`paper money of ${cash}`);
}

/**
 * The entries by which a paper account without open orders begins again with this cash (1/10,000 dollar, 1 to
 * PAPER_CASH_MAX). Throws RangeError for another amount.
 */
export function resetEntries(
  { userId, nextAuditEvent }: Readonly<AccountState>,
  cash: number,
  origin: Origin,
): readonly AccountEntry[] {
  requirePaperCash(cash);
  // A number that the deposit increases: references are not used twice.
  const reference = `${RESET}${nextAuditEvent}`;
  const deposit = { kind: "deposited", reference, asset: CASH, amount: cash, cost: 0, by: userId, origin } as const;
  return [{ kind: "paper_reset", reference, begins: true }, deposit];
}
