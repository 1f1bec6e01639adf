/** Bodies of the endpoints by which administrators control markets. */
import * as z from "zod";
import { REOPENING_AUCTION } from "../../domain/market/phase.ts";

const SECOND = 1_000;
/** An hour, longer than any reopening auction of the LULD plan. */
const CALL_SECONDS_MAX = 3_600;

/** Reasons that an administrator may give; price bands and the breaker halt for other reasons. */
export const haltRequest = z
  .strictObject({
    reason: z.enum(["manual", "news"]).default("manual"),
    until: z.iso
      .datetime({ offset: true })
      .transform((text) => Date.parse(text))
      .nullish(),
  })
  .meta({ id: "Halt" });

export const resumeRequest = z
  .strictObject({
    call_seconds: z
      .int()
      .min(1)
      .max(CALL_SECONDS_MAX)
      .default(REOPENING_AUCTION / SECOND),
  })
  .meta({ id: "Resume" });

export const marketChange = z
  .strictObject({ luld_tier: z.union([z.literal(1), z.literal(2), z.null()]) })
  .meta({ id: "MarketChange" });

/** The level of a breaker, or the index from which it is computed: its value and its previous close. */
export const breakerRequest = z
  .union([
    z.strictObject({ level: z.union([z.literal(1), z.literal(2), z.literal(3)]) }),
    z.strictObject({ index: z.strictObject({ base: z.number().positive(), value: z.number().nonnegative() }) }),
  ])
  .meta({ id: "Breaker" });
