/** The preview of an order. */
import * as z from "zod";
import { decimal, uuid } from "./primitives.ts";
import { alpacaError } from "./errors.ts";

export const wirePreview = z
  .object({
    symbol: z.string().nullable(),
    side: z.enum(["buy", "sell"]).nullable(),
    accepted: z.boolean().meta({ description: "no rule would refuse it now" }),
    refusals: z
      .array(z.object({ rule: z.string(), status: z.int(), error: alpacaError }))
      .meta({ description: "every rule that would refuse it, in their sequence; the first would be the answer" }),
    warnings: z.array(
      z.object({
        warning: z.enum(["waits_for_trigger", "waits_for_session", "not_filled_at_once", "duplicate_order"]),
        leaves_qty: decimal.optional(),
        existing_order_id: uuid.optional(),
      }),
    ),
    buying_power: decimal,
    estimate: z
      .object({
        qty: decimal,
        fills: z.array(z.object({ price: decimal, qty: decimal })).meta({
          description: "with the displayed quantity of the book now; hidden quantity is not known",
        }),
        filled_qty: decimal,
        filled_avg_price: decimal.nullable(),
        slippage: decimal
          .nullable()
          .meta({ description: "dollars a share that the average is worse than the best price" }),
        value: decimal.meta({
          description: "cost of a buy, proceeds of a sell, without fees; what rests counts at its worst price",
        }),
        fee: decimal.meta({ description: "of the estimated fills, as takers" }),
        fee_max: decimal.nullable().meta({ description: "the most that a buy may pay" }),
        cash_held: decimal.nullable().meta({ description: "what a buy holds when it is accepted" }),
        qty_held: decimal.nullable(),
        buying_power_after: decimal,
      })
      .nullable()
      .meta({ description: "null when the request is no valid order, or its book does not answer" }),
  })
  .meta({ id: "OrderPreview" });
export type WirePreview = Readonly<z.infer<typeof wirePreview>>;
