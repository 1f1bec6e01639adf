/** Queries of the auditors' endpoints. */
import * as z from "zod";

/** Events of one shard that one call verifies: some 3 MB from the database and a fifth of a second of the shard's time. */
const EVENTS_MAX = 5_000;
const EVENTS_DEFAULT = 2_000;

/** Places to go on after, as the answer before gave them: `shard.place`, one for each shard that is not at its end. */
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
  next: next.nullable().default(null).meta({ description: "of the answer before" }),
  limit: z
    .string()
    .regex(/^\d{1,6}$/, { error: `1 to ${EVENTS_MAX}` })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= EVENTS_MAX, { error: `1 to ${EVENTS_MAX}` })
    .default(EVENTS_DEFAULT)
    .meta({ type: "integer", minimum: 1, maximum: EVENTS_MAX, description: "events of each shard" }),
});

/** The text of `next` for the places to go on after; null when every shard is at its end. */
export function nextText(places: readonly { readonly shard: number; readonly next: number | null }[]): string | null {
  const open = places.filter((place) => place.next !== null);
  return open.length === 0 ? null : open.map(({ shard, next: after }) => `${shard}.${after}`).join(",");
}
