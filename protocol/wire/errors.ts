/** The two shapes of an error answer: Alpaca's, and an RFC 9457 problem. */
import * as z from "zod";

const reasonOfError = z.string().meta({
  description: "which refusal it is: never changes, and no two refusals share one; docs/errors lists them",
  examples: ["insufficient_buying_power", "forbidden"],
});

export const alpacaError = z
  .looseObject({ code: z.int(), message: z.string(), reason: reasonOfError })
  .meta({ id: "Error", description: "An error of the paths of Alpaca: some have facts beside these three." });

export const problem = z
  .looseObject({
    type: z
      .string()
      .meta({ description: "what went wrong: a page that says more", examples: ["/docs/errors#forbidden"] }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "the same text that `message` has under /v2" }),
    instance: z.string().meta({ description: "the request's id, as in X-Request-ID" }),
    code: z.int(),
    reason: reasonOfError,
    errors: z
      .array(z.object({ field: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: "every field of the body that is wrong" }),
  })
  .meta({ id: "Problem", description: "An error of all other paths (RFC 9457): some have facts beside these." });
