import type { AccountState } from "../../domain/account/state/accountState.ts";
import { activityId, sequenceOfActivity } from "../../protocol/ids/activityId.ts";
import {
  ACTIVITIES_PAGE_MAX,
  type ActivitiesPage,
  type ActivityFilter,
  type UnknownActivity,
} from "../../protocol/rpc/activities.ts";
import type { ActivityLog } from "./activityLog.ts";

/** A page of the account's activities. Only an id of this account continues one. */
export function pageOfActivities(
  { accountId, activitiesSince }: Readonly<AccountState>,
  log: ActivityLog,
  { pageToken, ...filter }: ActivityFilter,
): ActivitiesPage | UnknownActivity {
  const from = pageToken === null ? null : knownActivity(accountId, log, pageToken);
  if (pageToken !== null && from === null) return { unknown: pageToken };
  const limit = Math.min(filter.limit, ACTIVITIES_PAGE_MAX);
  // One more than the page tells whether there are more.
  const found = log.page({ ...filter, limit: limit + 1 }, from);
  const activities = found
    .slice(0, limit)
    .map(({ sequence, activity }) => ({ ...activity, id: activityId(accountId, sequence, activity.at) }));
  return { activities, more: found.length > limit, since: activitiesSince };
}

/** The number of the activity with this id; null for an id that is none of this account. */
export function knownActivity(accountId: string, log: ActivityLog, id: string): number | null {
  const sequence = sequenceOfActivity(id);
  const activity = sequence === null ? undefined : log.find(sequence);
  if (sequence === null || activity === undefined) return null;
  return activityId(accountId, sequence, activity.at) === id ? sequence : null;
}
