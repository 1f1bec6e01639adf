/** Bodies of the requests that place and replace orders. */
import * as z from "zod";
import { ORDER_CLASSES } from "../../domain/order/orderClass.ts";
import { ORDER_TYPES } from "../../domain/order/orderType.ts";
import { SIDES } from "../../domain/order/side.ts";
import { RESTING_TIMES, TIMES_IN_FORCE } from "../../domain/order/timeInForce.ts";
import { advancedInstructions } from "./advancedInstructions.ts";
import { amount, flag, noted, text, word, words } from "./orderFields.ts";

/** What may be in an order request. Amounts are numbers or strings. An unknown field may be a misspelt one, which changes what the order does: it is refused. */
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
    client_order_id: noted(word, "at most 128 characters; the same id with the same request gives the same order"),
    order_class: words(ORDER_CLASSES),
    take_profit: z.strictObject({ limit_price: amount }).nullish(),
    stop_loss: z.strictObject({ stop_price: amount, limit_price: amount }).nullish(),
    position_intent: words(["buy_to_open", "sell_to_close"]),
    advanced_instructions: advancedInstructions.nullish(),
    legs: noted(z.unknown().optional(), "multi-leg orders are refused"),
  })
  .meta({ id: "OrderRequest" });

/** What may be in a replace request. `trail` is an amount or a percentage, as it is for the order. */
export const replaceRequest = z
  .strictObject({
    // @master-chief/alpaca and @alpacahq/typescript-sdk repeat the path's id here, and Alpaca ignores it.
    order_id: noted(z.unknown().optional(), "ignored: the path says which order"),
    qty: noted(amount, "the new total: what was filled counts"),
    limit_price: amount,
    stop_price: amount,
    trail: noted(amount, "of a trailing stop, an amount or a percentage as it was placed with"),
    time_in_force: words(RESTING_TIMES),
    client_order_id: word,
    advanced_instructions: z.strictObject({ expires_at: z.iso.datetime({ offset: true }).nullish() }).nullish(),
  })
  .meta({ id: "ReplaceRequest" });
