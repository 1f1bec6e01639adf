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
  const from = pageToken === null ? null : sequenceOfActivity(pageToken);
  if (pageToken !== null && !isKnown(accountId, log, from, pageToken)) return { unknown: pageToken };
  const limit = Math.min(filter.limit, ACTIVITIES_PAGE_MAX);
  // One more than the page tells whether there are more.
  const found = log.page({ ...filter, limit: limit + 1 }, from);
  const activities = found
    .slice(0, limit)
    .map(({ sequence, activity }) => ({ ...activity, id: activityId(accountId, sequence, activity.at) }));
  return { activities, more: found.length > limit, since: activitiesSince };
}

function isKnown(accountId: string, log: ActivityLog, sequence: number | null, id: string): boolean {
  const activity = sequence === null ? undefined : log.find(sequence);
  return sequence !== null && activity !== undefined && activityId(accountId, sequence, activity.at) === id;
}
