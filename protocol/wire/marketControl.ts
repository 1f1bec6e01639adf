/** Requests of the administrators who run the markets. */
import * as z from "zod";
import { REOPENING_AUCTION } from "../../domain/market/phase.ts";

const SECOND = 1_000;
/** An hour: longer than any reopening auction of the plan's. */
const CALL_SECONDS_MAX = 3_600;

/** Halts for other reasons come from the price bands and the breaker. */
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

/** A level, or the index that trips it: its value, and that at the close of the day before, in the same unit. */
export const breakerRequest = z
  .union([
    z.strictObject({ level: z.union([z.literal(1), z.literal(2), z.literal(3)]) }),
    z.strictObject({ index: z.strictObject({ base: z.number().positive(), value: z.number().nonnegative() }) }),
  ])
  .meta({ id: "Breaker" });
