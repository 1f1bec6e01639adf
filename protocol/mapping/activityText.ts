/** What activities say to people. */
import { accountNumberOf } from "../../domain/account/accountNumber.ts";
import type { BookingActivity } from "../../domain/account/activities/activity.ts";

const OTHER_ACCOUNT = /^(Transfer to|Transfer from|Returned by) (\S+)$/;

/** The description of an activity. The record of a transfer has the other account's id; its owner reads the number. */
export function descriptionOf({ description }: Pick<BookingActivity, "description">): string {
  return description.replace(OTHER_ACCOUNT, (_, what: string, id: string) => `${what} ${accountNumberOf(id)}`);
}
