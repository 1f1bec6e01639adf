/** Queries of the auditors' endpoints. */
import * as z from "zod";

/** The most events of a shard in one call: some 3 MB from the database, and 0.2 s of the shard's time. */
const EVENTS_MAX = 5_000;
const EVENTS_DEFAULT = 2_000;

/** Cursors of the previous answer: `shard.sequence` for each shard that is not at its end. */
const next = z
  .string()
  .regex(/^\d{1,5}\.\d{1,16}(?:,\d{1,5}\.\d{1,16}){0,255}$/, { error: "the `next` of an earlier answer" })
  .transform((text) =>
    text.split(",").map((place) => {
      const [shard = "", after = ""] = place.split(".");
      return { shard: Number(shard), after: Number(after) };
    }),
  );

/** Query of GET /v1/audit/verify. */
export const verifyQuery = z.object({
  next: next.nullable().default(null).meta({ description: "`next` of the previous answer" }),
  limit: z
    .string()
    .regex(/^\d{1,6}$/, { error: `1 to ${EVENTS_MAX}` })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= EVENTS_MAX, { error: `1 to ${EVENTS_MAX}` })
    .default(EVENTS_DEFAULT)
    .meta({ type: "integer", minimum: 1, maximum: EVENTS_MAX, description: "events of each shard" }),
});

/** The text of `next` for these cursors; null when every shard is at its end. */
export function nextText(places: readonly { readonly shard: number; readonly next: number | null }[]): string | null {
  const open = places.filter((place) => place.next !== null);
  return open.length === 0 ? null : open.map(({ shard, next: after }) => `${shard}.${after}`).join(",");
}
