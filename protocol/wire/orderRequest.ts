/** Bodies of the requests that place and replace orders. */
import * as z from "zod";
import { ORDER_CLASSES, ORDER_TYPES, TIMES_IN_FORCE } from "../../domain/market/orderMatrix.ts";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";

/** Longest text accepted in any field of an order request; longer ones are no order of any client. */
const FIELD_LENGTH_MAX = 256;

const text = plainText(FIELD_LENGTH_MAX);
const word = text.nullish();
const words = (known: readonly string[]) => word.meta({ examples: [...known] });
const noted = <S extends z.ZodType>(schema: S, description: string): S => schema.meta({ description });
const amount = decimalInput.nullish();
const flag = z.boolean().nullish();

/** What Alpaca has no field for. */
export const advancedInstructions = z
  .strictObject({
    // Alpaca's own way to its one venue, which this is: anything else it can do here would be ignored.
    algorithm: z.literal("DMA").nullish(),
    destination: word,
    display_qty: noted(amount, "shown at a time; the rest is a reserve"),
    hidden: noted(flag, "shown nowhere"),
    min_qty: noted(amount, "least that is executed at a time"),
    all_or_none: flag,
    post_only: noted(flag, "cancelled rather than traded on entry"),
    peg: noted(
      z.strictObject({ to: text.meta({ examples: ["primary", "mid"] }), offset: amount }).nullish(),
      "follows the best price of its side, or the middle, that far behind, no further than limit_price",
    ),
    self_trade_prevention: words(["cancel_newest", "cancel_oldest", "cancel_both", "decrement"]),
    expires_at: noted(z.iso.datetime({ offset: true }).nullish(), "when a gtd order ends"),
  })
  .meta({ id: "AdvancedInstructions" });

/** What may be in an order request. Amounts are numbers or strings. An unknown field may be a misspelt one, which changes what the order does: it is refused. */
export const orderRequest = z
  .strictObject({
    symbol: noted(text.min(1), "symbol or asset id"),
    side: words(["buy", "sell"]),
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
    time_in_force: words(["day", "gtc", "gtd"]),
    client_order_id: word,
    advanced_instructions: z.strictObject({ expires_at: z.iso.datetime({ offset: true }).nullish() }).nullish(),
  })
  .meta({ id: "ReplaceRequest" });
