import type { UserId } from "../../ids.ts";
import type { AccountEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import { CASH } from "../ledger/ledger.ts";

/** The cash of a new paper account, in 1/10,000 dollar: 100,000 dollars. */
export const PAPER_CASH = 1_000_000_000;
/** Reference of the deposit with which a paper account begins. */
const OPENING = "paper-opening";

/** The deposit of paper money with which a paper account of this user begins. */
export function openingDeposit(owner: UserId, origin: Origin): AccountEntry {
  return { kind: "deposited", reference: OPENING, asset: CASH, amount: PAPER_CASH, cost: 0, by: owner, origin };
}
