/** Responses of the indicators. */
import * as z from "zod";
import { time } from "./primitives.ts";

const wireParameter = z.object({
  name: z.string(),
  type: z.enum(["integer", "number"]),
  default: z.number(),
  minimum: z.number(),
  maximum: z.number(),
  description: z.string(),
});

const wireOutput = z.object({ name: z.string(), description: z.string() });

export const wireIndicator = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    parameters: z.array(wireParameter).readonly(),
    outputs: z.array(wireOutput).readonly(),
    counted_from: z.enum(["bars", "session", "start"]).meta({
      description: "values depend on the bars before, on the bars of the session, or on the first bar that is returned",
    }),
    warm_up: z.object({ bars: z.int(), settled: z.int() }).meta({
      description:
        "with the default parameters: the number of the first bar with which all outputs have a value, and of the first " +
        "one with which they no longer depend on where the calculation began",
    }),
  })
  .meta({ id: "Indicator" });
export type WireIndicator = Readonly<z.infer<typeof wireIndicator>>;

export const wireIndicatorValues = z
  .object({
    indicator: z.string(),
    symbol: z.string(),
    timeframe: z.string(),
    parameters: z.record(z.string(), z.number()),
    values: z
      .array(z.looseObject({ t: time }))
      .readonly()
      .meta({
        description: "by time: `t` is the beginning of the bar, and each output is a number, or null in its warm-up",
      }),
    warm_up: z.object({ bars: z.int(), settled: z.int(), read: z.int() }).meta({
      description: "as in the catalogue, with these parameters; `read`: bars that were read before the first value",
    }),
    complete: z.boolean().meta({
      description:
        "there were enough bars before the first value; false: the first values are null or still depend on it",
    }),
    next_page_token: z.string().nullable(),
  })
  .meta({ id: "IndicatorValues" });
export type WireIndicatorValues = Readonly<z.infer<typeof wireIndicatorValues>>;
