/** Queries of the requests that close positions. */
import * as z from "zod";
import { plainDecimal } from "./decimalInput.ts";
import { trueOrFalse } from "./query.ts";

/** Of one position: all of it, unless one of both is given. */
export const closePositionQuery = z.strictObject({
  qty: z
    .string()
    .max(64)
    .transform(plainDecimal)
    .optional()
    .meta({ type: "string", description: "how much of it to sell" }),
  percentage: z.string().max(64).transform(plainDecimal).optional().meta({
    type: "string",
    description: "how much of it to sell, rounded down to what can be traded",
  }),
});

/** Of all positions. */
export const closePositionsQuery = z.strictObject({
  cancel_orders: trueOrFalse.meta({ type: "boolean", description: "cancel every open order first" }),
});
