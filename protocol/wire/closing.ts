/** Queries of the requests that close positions. */
import * as z from "zod";
import { plainDecimal } from "./decimalInput.ts";
import { trueOrFalse } from "./query.ts";

/** Closes one position: all of it, unless `qty` or `percentage` is given. */
export const closePositionQuery = z.strictObject({
  symbol: z.string().optional().meta({ description: "ignored: some clients repeat the symbol of the path" }),
  cancel_orders: trueOrFalse.meta({ type: "boolean", description: "cancel every open order of the symbol first" }),
  qty: z.string().max(64).transform(plainDecimal).optional().meta({ type: "string", description: "quantity to sell" }),
  percentage: z.string().max(64).transform(plainDecimal).optional().meta({
    type: "string",
    description: "percentage of it to sell, above 0 and at most 100, up to 9 decimals; rounded down to the lot size",
  }),
});

/** Closes all positions. */
export const closePositionsQuery = z.strictObject({
  cancel_orders: trueOrFalse.meta({ type: "boolean", description: "cancel every open order first" }),
});
