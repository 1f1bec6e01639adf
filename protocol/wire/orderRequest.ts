/** Bodies of the requests that place and replace orders. */
import * as z from "zod";
import { ORDER_CLASSES } from "../../domain/order/orderClass.ts";
import { ORDER_TYPES } from "../../domain/order/orderType.ts";
import { SIDES } from "../../domain/order/side.ts";
import { RESTING_TIMES, TIMES_IN_FORCE } from "../../domain/order/timeInForce.ts";
import { CHOSEN_LOTS_MAX } from "../../domain/order/chosenLotsMax.ts";
import { advancedInstructions } from "./advancedInstructions.ts";
import { decimalInput } from "./decimalInput.ts";
import { amount, flag, noted, text, word, words } from "./orderFields.ts";

/** The tax lots that a sale takes. */
const taxLots = z
  .array(z.strictObject({ lot_id: noted(z.int().min(1), "of `/v1/portfolio/lots`"), qty: decimalInput }))
  .min(1)
  .max(CHOSEN_LOTS_MAX)
  .nullish();

/**
 * The body of an order request. Unknown fields are refused, because a misspelt one would change the meaning of the
 * order.
 */
export const orderRequest = z
  .strictObject({
    symbol: noted(text.min(1), "symbol or asset id"),
    side: words(SIDES),
    type: words(ORDER_TYPES),
    time_in_force: words(TIMES_IN_FORCE),
    qty: amount,
    notional: noted(amount, "dollars instead of qty, of a simple market order"),
    limit_price: noted(amount, "of limit and stop_limit orders"),
    stop_price: noted(amount, "of stop, stop_limit and market_if_touched orders"),
    trail_price: noted(amount, "of a trailing stop: this or trail_percent"),
    trail_percent: noted(amount, "0.1 to below 100"),
    extended_hours: flag,
    client_order_id: noted(word, "at most 128 characters; a repeated request with the same id returns the same order"),
    order_class: words(ORDER_CLASSES),
    take_profit: z.strictObject({ limit_price: amount }).nullish(),
    stop_loss: z.strictObject({ stop_price: amount, limit_price: amount }).nullish(),
    position_intent: words(["buy_to_open", "sell_to_close"]),
    advanced_instructions: advancedInstructions.nullish(),
    tax_lots: noted(
      taxLots,
      "tax lots that a simple sell takes, in this sequence; together they are `qty`. Left out: by the account's `lot_method`",
    ),
    legs: noted(z.unknown().optional(), "multi-leg orders are refused"),
  })
  .meta({ id: "OrderRequest" });

/** The body of a replace request. `trail` is an amount or a percentage, as in the order. */
export const replaceRequest = z
  .strictObject({
    // @master-chief/alpaca and @alpacahq/typescript-sdk repeat the path's id here, and Alpaca ignores it.
    order_id: noted(z.unknown().optional(), "ignored: the order's id is in the path"),
    qty: noted(amount, "the new total quantity, including what is filled"),
    limit_price: amount,
    stop_price: amount,
    trail: noted(amount, "of a trailing stop: an amount or a percentage, as in the order"),
    time_in_force: words(RESTING_TIMES),
    client_order_id: word,
    advanced_instructions: z.strictObject({ expires_at: z.iso.datetime({ offset: true }).nullish() }).nullish(),
    tax_lots: noted(
      taxLots,
      "other tax lots for what is not filled; left out: those of the order, of a smaller quantity the first ones",
    ),
  })
  .meta({ id: "ReplaceRequest" });
