/** Account configurations as Alpaca has them, and the settings of an account. */
import * as z from "zod";
import {
  CONFIRM_EMAILS,
  DAY_TRADE_CHECKS,
  DUPLICATE_MODES,
  LIMITED_SYMBOLS_MAX,
  LOSS_ACTIONS,
  LOSS_BASES,
  MARGIN_MULTIPLIERS,
  SETTABLE_LOT_METHODS,
} from "../../domain/risk/settingWords.ts";
import { PLANS } from "../../domain/rateLimit.ts";
import { decimal } from "./primitives.ts";
import { canceledOrder, closedPosition } from "./orders.ts";
import { decimalInput } from "./decimalInput.ts";

const OPTIONS_LEVEL_MAX = 3;

export const wireConfigurations = z
  .object({
    dtbp_check: z.enum(DAY_TRADE_CHECKS).meta({ description: "kept; the exchange has no check of day trading" }),
    pdt_check: z.enum(DAY_TRADE_CHECKS).meta({ description: "kept; the exchange has no check of day trading" }),
    trade_confirm_email: z.enum(CONFIRM_EMAILS).meta({ description: "kept; the exchange sends no e-mail of fills" }),
    suspend_trade: z.boolean().meta({ description: "new orders and replaces are refused" }),
    no_shorting: z.boolean().meta({ description: "kept; a cash account never sells short" }),
    fractional_trading: z.boolean().meta({ description: "false: buys are for whole shares; coins are not affected" }),
    max_margin_multiplier: z.enum(MARGIN_MULTIPLIERS).meta({ description: "kept; a cash account has 1" }),
    max_options_trading_level: z.int().min(0).max(OPTIONS_LEVEL_MAX).nullable(),
    ptp_no_exception_entry: z.boolean(),
    disable_overnight_trading: z.boolean().meta({
      description: "true: orders with extended_hours that arrive in the overnight session are refused",
    }),
  })
  .meta({ id: "AccountConfigurations" });
export type WireConfigurations = Readonly<z.infer<typeof wireConfigurations>>;

/** A field that is null stays as it is, because alpaca-py sends every field. */
export const configurationsChange = z
  .strictObject({
    dtbp_check: z.enum(DAY_TRADE_CHECKS).nullish(),
    pdt_check: z.enum(DAY_TRADE_CHECKS).nullish(),
    trade_confirm_email: z.enum(CONFIRM_EMAILS).nullish(),
    suspend_trade: z.boolean().nullish(),
    no_shorting: z.boolean().nullish(),
    fractional_trading: z.boolean().nullish(),
    max_margin_multiplier: z.enum(MARGIN_MULTIPLIERS).nullish(),
    max_options_trading_level: z.int().min(0).max(OPTIONS_LEVEL_MAX).nullish(),
    ptp_no_exception_entry: z.boolean().nullish(),
    disable_overnight_trading: z.boolean().nullish(),
  })
  .meta({ id: "AccountConfigurationsChange" });

const WINDOW_SECONDS_MAX = 300;

const wireSymbolLimits = z.object({
  max_order_qty: decimal.nullable(),
  max_order_value: decimal.nullable(),
  max_position_qty: decimal.nullable().meta({ description: "with open buys" }),
  max_position_value: decimal.nullable(),
});

export const wireLimits = z
  .object({
    max_order_qty: decimal.nullable().meta({ description: "whole shares or coins" }),
    max_order_value: decimal.nullable().meta({ description: "dollars, at the worst price of the order" }),
    max_position_qty: decimal.nullable().meta({ description: "whole shares or coins, with open buys" }),
    max_position_value: decimal.nullable().meta({ description: "dollars, with open buys, at the price of the order" }),
    symbols: z.record(z.string(), wireSymbolLimits),
  })
  .meta({ id: "RiskLimits" });
export type WireLimits = Readonly<z.infer<typeof wireLimits>>;

export const wireSettings = z
  .object({
    lot_method: z.enum(SETTABLE_LOT_METHODS).meta({ description: "which tax lots a sale takes first" }),
    limits: wireLimits.meta({ description: "those that the owner has set" }),
    exchange_limits: wireLimits.meta({
      description:
        "those of the exchange for this account or else for its plan, which apply as well; a symbol's are all that apply to it",
    }),
    duplicate_orders: z.object({
      mode: z.enum(DUPLICATE_MODES),
      window_seconds: z.number(),
    }),
    daily_loss_limit: decimal.nullable().meta({
      description:
        "dollars lost on a trading day, after fees, at which orders that increase exposure are refused until the next one",
    }),
    daily_loss_basis: z.enum(LOSS_BASES).meta({
      description:
        "realized: what the sales of the day have lost, checked at each fill. total: equity at the previous close, with what was " +
        "paid in and out since, less equity now, checked at each order that increases exposure",
    }),
    daily_loss_action: z.enum(LOSS_ACTIONS).meta({
      description: "kill: the owner's kill switch is switched on as well, and every open order is cancelled",
    }),
  })
  .meta({ id: "AccountSettings" });
export type WireSettings = Readonly<z.infer<typeof wireSettings>>;

const limit = decimalInput.nullish();

/** A record drops this name without a word. */
function refuseProto(symbols: unknown, context: z.core.$RefinementCtx): unknown {
  if (typeof symbols === "object" && symbols !== null && Object.hasOwn(symbols, "__proto__")) {
    context.addIssue({ code: "custom", path: ["__proto__"], message: "no such symbol", input: symbols });
  }
  return symbols;
}

export const limitsChange = z
  .strictObject({
    max_order_qty: limit,
    max_order_value: limit,
    max_position_qty: limit,
    max_position_value: limit,
    symbols: z
      .preprocess(
        refuseProto,
        z
          .record(
            z.string().max(32),
            z.strictObject({
              max_order_qty: limit,
              max_order_value: limit,
              max_position_qty: limit,
              max_position_value: limit,
            }),
          )
          .refine((symbols) => Object.keys(symbols).length <= LIMITED_SYMBOLS_MAX, {
            error: `at most ${LIMITED_SYMBOLS_MAX} symbols`,
          }),
      )
      .optional(),
  })
  .meta({
    id: "RiskLimitsChange",
    description: "replaces all limits; a limit that is left out or null is none",
  });
export type LimitsChange = z.output<typeof limitsChange>;

export const settingsChange = z
  .strictObject({
    lot_method: z.enum(SETTABLE_LOT_METHODS).optional(),
    limits: limitsChange.optional(),
    duplicate_orders: z
      .strictObject({
        mode: z.enum(DUPLICATE_MODES).optional(),
        window_seconds: z.number().positive().max(WINDOW_SECONDS_MAX).optional(),
      })
      .optional()
      .meta({
        description: "an order of the same symbol, side, type, quantity and prices within the window: warn or refuse",
      }),
    daily_loss_limit: limit,
    daily_loss_basis: z.enum(LOSS_BASES).optional(),
    daily_loss_action: z.enum(LOSS_ACTIONS).optional(),
  })
  .meta({ id: "AccountSettingsChange" });

/** Whether new orders are refused by a kill switch, and whose. */
export const wireKillSwitch = z
  .object({
    on: z.boolean(),
    set_by: z.array(z.enum(["owner", "exchange"])),
    canceled: z.array(canceledOrder).optional().meta({ description: "in the response to a change" }),
    closed: z.array(closedPosition).optional(),
  })
  .meta({ id: "KillSwitch" });
export type WireKillSwitch = Readonly<z.infer<typeof wireKillSwitch>>;

export const killSwitchRequest = z
  .strictObject({
    on: z.boolean(),
    cancel_orders: z.boolean().default(false).meta({ description: "cancel every open order" }),
    flatten: z.boolean().default(false).meta({
      description: "sell every position by market orders; open orders are cancelled first",
    }),
  })
  .meta({ id: "KillSwitchRequest" });

/** The limits of a plan of users. */
export const wirePlanLimits = z
  .object({
    plan: z.enum(PLANS),
    version: z.int().meta({ description: "counts the changes of the limits; 0: they were never changed" }),
    limits: wireLimits,
  })
  .meta({ id: "PlanLimits" });
export type WirePlanLimits = Readonly<z.infer<typeof wirePlanLimits>>;

export const wirePlans = z.object({ plans: z.array(wirePlanLimits) });

/** What the exchange has decided about an account. */
export const wireControls = z
  .object({
    blocked: z.boolean().meta({ description: "new orders and replaces are refused" }),
    blocked_symbols: z.array(z.string()),
    kill_switch: z.object({ owner: z.boolean(), exchange: z.boolean() }),
    limits: wireLimits.meta({ description: "each one that is set takes the place of the plan's" }),
    plan: wirePlanLimits.nullable().meta({
      description: "the limits of the owner's plan; null while neither the plan is known nor any limit of it was set",
    }),
  })
  .meta({ id: "AccountControls" });
export type WireControls = Readonly<z.infer<typeof wireControls>>;

export const controlsChange = z
  .strictObject({
    blocked: z.boolean().optional(),
    blocked_symbols: z.array(z.string().max(32)).max(LIMITED_SYMBOLS_MAX).optional(),
    limits: limitsChange.optional(),
  })
  .meta({ id: "AccountControlsChange" });
