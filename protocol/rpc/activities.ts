/** RPC of an account's record of activities. */
import type { Activity, ActivityType } from "../../domain/account/activities/activity.ts";

/** Most activities of one page. */
export const ACTIVITIES_PAGE_MAX = 1_000;

/** Which activities are wanted. Times are epoch microseconds and exclusive. */
export interface ActivityFilter {
  /** Null: every type. */
  readonly types: readonly ActivityType[] | null;
  readonly afterMicros: number | null;
  readonly untilMicros: number | null;
  readonly direction: "asc" | "desc";
  /** At most ACTIVITIES_PAGE_MAX. */
  readonly limit: number;
  /** The id of the last activity that the caller has; null: from the start. */
  readonly pageToken: string | null;
}

/** An activity with its id (protocol/ids/activityId.ts). */
export type StoredActivity = Activity & { readonly id: string };

export interface ActivitiesPage {
  readonly activities: readonly StoredActivity[];
  /** True when there are more. */
  readonly more: boolean;
  /** Since when each activity is recorded, epoch milliseconds; 0: not yet. */
  readonly since: number;
}

/** The page token is not the id of an activity of this account. */
export interface UnknownActivity {
  readonly unknown: string;
}

export interface ActivityRpc {
  /** A page of activities, in the sequence in which the account recorded them, or backwards. */
  activities(filter: ActivityFilter): Promise<ActivitiesPage | UnknownActivity>;
}
