/**
 * Ids of activities, in Alpaca's form: when the account recorded it (UTC), and a UUID that begins with its number. They sort
 * as text in the sequence of the record.
 */
import { type AccountId, uuidFromParts } from "../../domain/ids.ts";

const FORM = /^\d{17}::([0-9a-f]{8})-([0-9a-f]{4})-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The id of the activity with this number, from 1, that was recorded at this time (epoch milliseconds). */
export function activityId(accountId: AccountId, sequence: number, at: number): string {
  const time = new Date(at).toISOString().replaceAll(/\D/g, "");
  const number = sequence.toString(16).padStart(12, "0");
  const rest = uuidFromParts("activity:", accountId, ":", String(sequence)).slice("00000000-0000-".length);
  return `${time}::${number.slice(0, 8)}-${number.slice(8)}-${rest}`;
}

/** The number in an id; null for a text that is none. */
export function sequenceOfActivity(id: string): number | null {
  const [, high, low] = FORM.exec(id) ?? [];
  if (high === undefined || low === undefined) return null;
  return Number.parseInt(high + low, 16);
}
