/** The order object, and other answers of the order endpoints. */
import * as z from "zod";
import { ORDER_CLASSES } from "../../domain/order/orderClass.ts";
import { ORDER_TYPES } from "../../domain/order/orderType.ts";
import { TIMES_IN_FORCE } from "../../domain/order/timeInForce.ts";
import { wireInstructions } from "./advancedInstructions.ts";
import { alpacaError } from "./errors.ts";
import { decimal, time, uuid } from "./primitives.ts";

const side = z.enum(["buy", "sell"]);
const type = z.enum(ORDER_TYPES);

export const wireOrder = z.object({
  id: uuid,
  client_order_id: z.string(),
  created_at: time,
  updated_at: time,
  submitted_at: time,
  filled_at: time.nullable(),
  expired_at: time.nullable(),
  expires_at: time.nullable(),
  canceled_at: time.nullable(),
  failed_at: time.nullable(),
  replaced_at: time.nullable(),
  replaced_by: uuid.nullable(),
  replaces: uuid.nullable(),
  asset_id: uuid,
  symbol: z.string(),
  asset_class: z.enum(["us_equity", "crypto"]),
  notional: decimal.nullable(),
  qty: decimal.nullable().meta({ description: "null for a notional order, which has its quantity in `filled_qty`" }),
  filled_qty: decimal,
  filled_avg_price: decimal.nullable(),
  order_class: z.enum(["", ...ORDER_CLASSES]).exclude(["simple"]),
  order_type: type,
  type,
  side,
  position_intent: z.enum(["buy_to_open", "sell_to_close"]),
  time_in_force: z.enum(TIMES_IN_FORCE),
  limit_price: decimal.nullable(),
  stop_price: decimal.nullable(),
  trail_price: decimal.nullable(),
  trail_percent: decimal.nullable(),
  hwm: decimal.nullable().meta({ description: "best price that a trailing stop has followed" }),
  status: z.enum([
    "pending_new",
    "accepted",
    "new",
    "held",
    "partially_filled",
    "filled",
    "pending_cancel",
    ...(["canceled", "expired", "pending_replace", "replaced", "rejected"] as const),
  ]),
  extended_hours: z.boolean(),
  get legs() {
    return z.array(wireOrder).readonly().nullable();
  },
  subtag: z.null(),
  source: z.null(),
  advanced_instructions: wireInstructions.optional().meta({ description: "present when the order has instructions" }),
  tax_lots: z
    .array(z.object({ lot_id: z.int(), qty: decimal }))
    .optional()
    .meta({
      description:
        "the tax lots that were named for the sale; of an order that replaces another, for what was not filled",
    }),
  duplicate_of: uuid.optional().meta({
    description: "the recent order that this one repeats, if the owner has set a warning of duplicates",
  }),
  close_reason: z
    .enum([
      "unfilled",
      "post_only",
      "fill_or_kill",
      "min_qty",
      "self_trade",
      "linked",
      "parent",
      ...(["auction_over", "not_in_session", "price_band", "price_limit", "halted", "delisted"] as const),
    ])
    .optional()
    .meta({ description: "why the book closed the order; left out when the owner cancelled it or it expired" }),
});
z.globalRegistry.add(wireOrder, { id: "Order" });

export type WireOrder = Readonly<z.infer<typeof wireOrder>>;

export const canceledOrder = z
  .object({ id: uuid, status: z.int(), body: z.union([wireOrder, alpacaError]) })
  .meta({ id: "CanceledOrder" });

export const closedPosition = z
  .object({ symbol: z.string(), status: z.int(), body: z.union([wireOrder, alpacaError]) })
  .meta({ id: "ClosedPosition" });

export const wireCancelAfter = z
  .object({ current_time: time, trigger_time: time.nullable() })
  .meta({ id: "CancelAfter", description: "when every open order will be cancelled" });
export type WireCancelAfter = Readonly<z.infer<typeof wireCancelAfter>>;

/** Sets the dead-man's switch; the account validates the number. */
export const cancelAfterRequest = z
  .strictObject({
    timeout_seconds: z.number().meta({
      description: "0 to 86400: cancels every open order after this time, unless set again before; 0 switches it off",
    }),
  })
  .meta({ id: "CancelAfterRequest" });
