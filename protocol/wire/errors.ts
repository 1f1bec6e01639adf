/** The two shapes of an error answer: Alpaca's, and an RFC 9457 problem. */
import * as z from "zod";

const reasonOfError = z.string().meta({
  description: "identifies the error, unlike `code`, which several errors share; never changes; listed at /docs/errors",
  examples: ["insufficient_buying_power", "forbidden"],
});

export const alpacaError = z
  .looseObject({ code: z.int(), message: z.string(), reason: reasonOfError })
  .meta({ id: "Error", description: "An error on paths of the Alpaca API. Some errors have further fields." });

export const problem = z
  .looseObject({
    type: z.string().meta({ description: "the page that describes the error", examples: ["/docs/errors#forbidden"] }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "the text that `message` has on paths of the Alpaca API" }),
    instance: z.string().meta({ description: "the request's id, as in X-Request-ID" }),
    code: z.int(),
    reason: reasonOfError,
    errors: z
      .array(z.object({ field: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: "every invalid field of the body" }),
  })
  .meta({ id: "Problem", description: "An error on all other paths (RFC 9457). Some errors have further fields." });
