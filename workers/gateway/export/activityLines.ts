/** The lines of an export of activities: memory holds one page of them. */
import { ACTIVITY_COLUMNS, activityRow } from "../../../protocol/mapping/activityRows.ts";
import type { ActivitiesPage, ActivityFilter, StoredActivity } from "../../../protocol/rpc/activities.ts";
import { csvHeader, csvRow } from "./csv.ts";

/**
 * The bytes of an export, page by page; `next` is asked for a page when the reader has taken the one before. A file that
 * continues another one (`page_token`) has no header.
 */
export async function* activityLines(
  first: ActivitiesPage,
  next: (from: Pick<ActivityFilter, "pageToken">) => Promise<ActivitiesPage>,
  { format, page_token: continues }: { readonly format: "csv" | "ndjson"; readonly page_token: string | null },
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  if (format === "csv" && continues === null) yield encoder.encode(csvHeader(ACTIVITY_COLUMNS));
  for (let page = first; ;) {
    if (page.activities.length > 0) yield encoder.encode(page.activities.map(lineIn[format]).join(""));
    const last = page.activities.at(-1);
    if (!page.more || last === undefined) return;
    page = await next({ pageToken: last.id });
  }
}

const lineIn = {
  csv: (activity: StoredActivity): string => csvRow(activityRow(activity), ACTIVITY_COLUMNS),
  ndjson: (activity: StoredActivity): string => `${JSON.stringify(activityRow(activity))}\n`,
} as const;
