/** `advanced_instructions` of requests and answers: instructions of an order for which Alpaca has no field. */
import * as z from "zod";
import { PEG_REFERENCES, SELF_TRADE_MODES } from "../../domain/order/terms.ts";
import { amount, flag, noted, text, word, words } from "./orderFields.ts";
import { decimal, time } from "./primitives.ts";

/** In a request. */
export const advancedInstructions = z
  .strictObject({
    // Alpaca's order router: accepted with its value for direct access to a venue, because this is the only venue.
    algorithm: z.literal("DMA").nullish(),
    destination: word,
    display_qty: noted(amount, "displayed at a time; the rest is a reserve"),
    hidden: noted(flag, "never displayed"),
    min_qty: noted(amount, "least quantity that is executed at a time"),
    all_or_none: flag,
    post_only: noted(flag, "closed if it would trade on entry"),
    peg: noted(
      z.strictObject({ to: text.meta({ examples: [...PEG_REFERENCES] }), offset: amount }).nullish(),
      "follows the best price of its side or the midpoint at this offset, up to limit_price",
    ),
    self_trade_prevention: words(SELF_TRADE_MODES),
    expires_at: noted(z.iso.datetime({ offset: true }).nullish(), "when a gtd order ends"),
  })
  .meta({ id: "AdvancedInstructions" });

/** In an answer: the instructions of the request, in the same form. */
export const wireInstructions = z.object({
  display_qty: decimal.optional().meta({ description: "displayed at a time; the rest is a reserve" }),
  hidden: z.literal(true).optional().meta({ description: "never displayed" }),
  min_qty: decimal.optional().meta({ description: "least quantity that is executed at a time" }),
  all_or_none: z.literal(true).optional(),
  post_only: z.literal(true).optional(),
  peg: z.object({ to: z.enum(PEG_REFERENCES), offset: decimal }).optional(),
  self_trade_prevention: z.enum(SELF_TRADE_MODES).optional(),
  expires_at: time.optional().meta({ description: "when a gtd order ends" }),
});

export type WireInstructions = Readonly<z.infer<typeof wireInstructions>>;
