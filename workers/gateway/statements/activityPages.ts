import type {
  ActivitiesPage,
  ActivityFilter,
  StoredActivity,
  UnknownActivity,
} from "../../../protocol/rpc/activities.ts";
import { accountOf, patiently } from "../accounts.ts";
import type { AppContext } from "../context.ts";

/** The pages of the caller's activities, oldest first: each is asked for when the one before was taken, and costs a token. */
export async function* pagesOfActivities(
  c: AppContext,
  filter: Omit<ActivityFilter, "direction" | "pageToken">,
): AsyncGenerator<readonly StoredActivity[]> {
  const account = accountOf(c, true);
  for (let pageToken: string | null = null; ;) {
    const from: string | null = pageToken;
    const page: ActivitiesPage | UnknownActivity = await patiently(() =>
      account.activities({ ...filter, direction: "asc", pageToken: from }),
    );
    if ("unknown" in page) throw new Error(`the account does not know its activity ${page.unknown}`);
    yield page.activities;
    pageToken = page.activities.at(-1)?.id ?? null;
    if (!page.more || pageToken === null) return;
  }
}
