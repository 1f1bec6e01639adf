/** Responses of the indicators. */
import * as z from "zod";

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
