/** Audit records of liquidation violations: they are counted when cash settles, not by the fill that is applied then. */
import { isoDate } from "../../market/newYork.ts";
import type { ViolationKind, ViolationRecord } from "../../settlement/violations.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";

/**
 * Records the liquidations among the violations that were counted since `before`, and returns the kind that the newest
 * commit is itself: null, if none. Accounts of earlier releases have no such records until their upgrade.
 */
export function recordLiquidations(
  state: AccountState,
  before: ViolationRecord,
  now: number,
  out: AccountOutputs,
): ViolationKind | null {
  const { settlement } = state;
  if (settlement === null) return null;
  const { newest, restrictedThrough } = settlement.record.violations;
  if (!settlement.auditsLiquidations) return newest.at(-1)?.kind ?? null;
  const counted = newest.filter((one) => !before.newest.includes(one));
  for (const { day, kind } of counted) {
    if (kind !== "liquidation") continue;
    const through = restrictedThrough === null ? {} : { restricted_through: isoDate(restrictedThrough) };
    const body = { violation: kind, settled_on: isoDate(day), ...through };
    const resource = `account/${state.accountId}`;
    audit(state, { action: "account.violation", resource, body, before: null, after: null }, NO_ORIGIN, now, out);
  }
  return counted.findLast(({ kind }) => kind !== "liquidation")?.kind ?? null;
}
