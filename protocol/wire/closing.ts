/** Queries of the requests that close positions. */
import * as z from "zod";
import { CHOSEN_LOTS_MAX } from "../../domain/order/chosenLotsMax.ts";
import { plainDecimal } from "./decimalInput.ts";
import { trueOrFalse } from "./query.ts";

/** Most characters of a lot and its quantity. */
const LOT_TEXT_MAX = 40;

/** Closes one position: all of it, unless `qty` or `percentage` is given. */
export const closePositionQuery = z.strictObject({
  symbol: z.string().optional().meta({ description: "ignored: some clients repeat the symbol of the path" }),
  cancel_orders: trueOrFalse.meta({ type: "boolean", description: "cancel every open order of the symbol first" }),
  qty: z.string().max(64).transform(plainDecimal).optional().meta({ type: "string", description: "quantity to sell" }),
  percentage: z.string().max(64).transform(plainDecimal).optional().meta({
    type: "string",
    description: "percentage of it to sell, above 0 and at most 100, up to 9 decimals; rounded down to the lot size",
  }),
  tax_lots: z
    .string()
    .max(CHOSEN_LOTS_MAX * LOT_TEXT_MAX)
    .optional()
    .meta({
      description:
        "tax lots to sell and the quantity of each, in this sequence, as `3:10,5:2.5`; without `qty` all of these",
    }),
});

/** Closes all positions. */
export const closePositionsQuery = z.strictObject({
  cancel_orders: trueOrFalse.meta({ type: "boolean", description: "cancel every open order first" }),
});
