/** Deposits of shares with the date and cost of their purchase. */
import type { DepositedLot } from "../../domain/account/ledger/depositedLot.ts";
import { DAY, newYorkInstant } from "../../domain/market/newYork.ts";
import { readInstant } from "../wire/instant.ts";

const DATE = /^\d{4}-\d\d-\d\d$/;

/** What a request says of the shares; undefined: nothing. A day is one of New York, by which holding periods count. */
export function depositedLot(acquired: string | undefined, cost: string | undefined): DepositedLot | undefined {
  if (acquired === undefined && cost === undefined) return undefined;
  const at = acquired === undefined ? {} : { acquiredAt: timeOf(acquired) };
  return { ...at, ...(cost === undefined ? {} : { cost }) };
}

/** The time of a validated text, in epoch milliseconds. */
function timeOf(text: string): number {
  if (DATE.test(text)) return newYorkInstant(Date.parse(text) / DAY, 0);
  const read = readInstant(text);
  if (read === null) throw new RangeError(`not a time: ${text}`);
  return Math.floor(read.micros / 1_000);
}
