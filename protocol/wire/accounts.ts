/** The objects of accounts, positions, deposits and withdrawals. */
import * as z from "zod";
import { date, decimal, time, uuid } from "./primitives.ts";
import { TRANSFER_STATES } from "../../domain/transfers/transferState.ts";
import { readInstant } from "./instant.ts";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";

const accountStatus = z.enum(["ACTIVE", "ACCOUNT_CLOSED"]);

export const wireAccount = z
  .object({
    id: uuid,
    account_number: z.string(),
    status: accountStatus,
    crypto_status: accountStatus,
    currency: z.literal("USD"),
    cash: decimal.meta({ description: "available: without the holds of open buys and pending withdrawals" }),
    cash_withdrawable: decimal.meta({ description: "settled cash that nothing needs: it may be withdrawn" }),
    cash_transferable: decimal.meta({ description: "the same as cash_withdrawable" }),
    equity: decimal.meta({ description: "all cash, held or not, and the market value of the positions" }),
    last_equity: decimal.meta({
      description: "equity at the previous close; on an account's first day its deposits",
    }),
    portfolio_value: decimal.meta({ description: "the same as equity" }),
    buying_power: decimal.meta({
      description: "what purchases of shares may use: cash, or settled cash while the account is restricted",
    }),
    regt_buying_power: decimal,
    non_marginable_buying_power: decimal.meta({ description: "what purchases of coins may use: settled cash" }),
    effective_buying_power: decimal,
    options_buying_power: decimal,
    long_market_value: decimal,
    short_market_value: decimal,
    position_market_value: decimal,
    initial_margin: decimal,
    maintenance_margin: decimal,
    last_maintenance_margin: decimal,
    multiplier: decimal,
    sma: decimal,
    accrued_fees: decimal.meta({ description: "always 0: the fees of a fill are charged with it" }),
    pending_transfer_in: decimal,
    pending_transfer_out: decimal,
    intraday_adjustments: decimal,
    pending_reg_taf_fees: decimal,
    trading_blocked: z.boolean(),
    transfers_blocked: z.boolean(),
    account_blocked: z.boolean(),
    trade_suspended_by_user: z.boolean(),
    shorting_enabled: z.boolean(),
    options_approved_level: z.int(),
    options_trading_level: z.int(),
    crypto_tier: z.int(),
    created_at: time,
    balance_asof: date,
    pattern_day_trader: z.boolean(),
    daytrade_count: z.int(),
    daytrading_buying_power: decimal,
  })
  .meta({ id: "Account" });
export type WireAccount = Readonly<z.infer<typeof wireAccount>>;

export const wirePosition = z
  .object({
    asset_id: uuid,
    symbol: z.string(),
    exchange: z.string(),
    asset_class: z.enum(["us_equity", "crypto"]),
    asset_marginable: z.boolean(),
    side: z.literal("long"),
    qty: decimal,
    qty_available: decimal,
    avg_entry_price: decimal,
    market_value: decimal,
    cost_basis: decimal,
    unrealized_pl: decimal,
    unrealized_plpc: decimal,
    unrealized_intraday_pl: decimal,
    unrealized_intraday_plpc: decimal,
    current_price: decimal,
    lastday_price: decimal,
    change_today: decimal,
    avg_entry_swap_rate: z.null(),
    swap_rate: z.null(),
    prev_swap_rate: z.null(),
  })
  .meta({ id: "Position" });
export type WirePosition = Readonly<z.infer<typeof wirePosition>>;

/** Balances and positions without market prices. */
export const wireHoldings = z
  .object({
    id: uuid,
    account_number: z.string(),
    currency: z.literal("USD"),
    cash: decimal.meta({ description: "available, without holds" }),
    cash_held: decimal,
    buying_power: decimal,
    positions: z.array(
      wirePosition.pick({
        asset_id: true,
        symbol: true,
        qty: true,
        qty_available: true,
        avg_entry_price: true,
        cost_basis: true,
      }),
    ),
  })
  .meta({ id: "Holdings" });
export type WireHoldings = Readonly<z.infer<typeof wireHoldings>>;

export const wireDeposit = z
  .object({ account_id: uuid, reference: z.string(), asset: z.string(), amount: decimal })
  .meta({ id: "DepositReceipt" });
export type WireDeposit = Readonly<z.infer<typeof wireDeposit>>;

export const wireWithdrawal = z
  .object({
    withdrawal_id: uuid,
    reference: z.string(),
    amount: decimal,
    state: z.enum(["pending", "settled", "rejected"]),
    transfer_state: z.enum(TRANSFER_STATES).optional().meta({
      description:
        "the state of the two-phase transfer: settled is posted, rejected is voided or expired; left out in a stored answer of an earlier release",
    }),
    requested_at: time,
    decided_at: time.nullable(),
  })
  .meta({ id: "Withdrawal" });
export type WireWithdrawal = Readonly<z.infer<typeof wireWithdrawal>>;

/** A page of withdrawals, newest first; `next` is the cursor of the next page. */
export const wireWithdrawals = z.object({ withdrawals: z.array(wireWithdrawal), next: z.string().nullable() });
const REFERENCE_LENGTH_MAX = 128;
const SYMBOL_LENGTH_MAX = 32;

export const depositRequest = z
  .strictObject({
    /** May be left out when the request has an Idempotency-Key, which is the reference then. */
    reference: plainText(REFERENCE_LENGTH_MAX).min(1).optional(),
    amount: decimalInput,
    symbol: plainText(SYMBOL_LENGTH_MAX).nullish(),
    acquired_at: z
      .string()
      .refine((text) => readInstant(text) !== null, { error: "a date, or a time of RFC 3339" })
      .optional()
      .describe("Of shares: the day (in New York) or the time of their purchase. Default: now."),
    cost_basis: decimalInput
      .optional()
      .describe("Of shares: what all of them cost, in dollars. Default: at the reference price of the instrument."),
  })
  .meta({ id: "Deposit" });
