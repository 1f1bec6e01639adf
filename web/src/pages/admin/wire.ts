/** The answers that the console reads, as JSON has them. */
import type * as z from "zod";
import type { actorReport } from "../../../../protocol/wire/audit.ts";
import type { actsWire, approvalsWire, approvalWire } from "../../../../protocol/wire/approvals.ts";
import type { keysWire } from "../../../../protocol/wire/apiKeys.ts";
import type { usersWire, userWire } from "../../../../protocol/wire/users.ts";

export type User = z.infer<typeof userWire>;
export type Users = z.infer<typeof usersWire>;
export type Keys = z.infer<typeof keysWire>;
export type Approval = z.infer<typeof approvalWire>;
export type Approvals = z.infer<typeof approvalsWire>;
export type Acts = z.infer<typeof actsWire>;
export type Act = Acts["acts"][number];
export type ActorReport = z.infer<typeof actorReport>;

/** Limits of a plan or an account. */
export interface Limits {
  readonly max_order_qty: string | null;
  readonly max_order_value: string | null;
  readonly max_position_qty: string | null;
  readonly max_position_value: string | null;
  readonly symbols: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

export interface PlanLimits {
  readonly plan: "standard" | "pro" | "market_maker";
  readonly version: number;
  readonly limits: Limits;
}

export interface Controls {
  readonly blocked: boolean;
  readonly blocked_symbols: readonly string[];
  readonly kill_switch: { readonly owner: boolean; readonly exchange: boolean };
  readonly limits: Limits;
  readonly plan: PlanLimits | null;
}

export interface FeePlan {
  readonly account_id: string;
  readonly fee_plan: string | null;
  readonly volume_30d: string;
}

/** A market, with times as texts. */
export interface Market {
  readonly symbol: string;
  readonly phase:
    | "pre_open"
    | "opening_auction"
    | "continuous"
    | "halted"
    | "reopening_auction"
    | "closing_auction"
    | "closed";
  readonly session: string;
  readonly since: string;
  readonly until: string | null;
  readonly halt: "manual" | "news" | "luld" | "breaker_1" | "breaker_2" | "breaker_3" | "delisted" | null;
  readonly calendar: "always" | "us_equities";
  readonly luld_tier: 1 | 2 | null;
  readonly bands: { readonly lower: string; readonly upper: string; readonly reference: string } | null;
  readonly indicative: { readonly price: string | null; readonly paired_qty: string } | null;
  readonly last_trade: { readonly price: string; readonly qty: string; readonly at: string } | null;
  readonly orders: number;
  readonly accounts: number;
  readonly sequence: number;
}

export interface Instrument {
  readonly symbol: string;
  readonly name: string;
  readonly class: "us_equity" | "crypto";
  readonly exchange: string;
  readonly status: "active" | "delisted";
  readonly reference_price: string;
  readonly min_order_value: string;
  readonly price_limit_percent: string;
  readonly tick: string;
  readonly lot: string;
  readonly price_source: "own" | "feed";
  readonly version: number;
  readonly in_force: boolean;
}

export interface History {
  readonly backfill: readonly {
    readonly timeframe: string;
    readonly source: string;
    readonly start: string;
    readonly end: string;
    readonly days: number;
  }[];
  readonly gaps: readonly { readonly after: number; readonly before: number }[];
}

export interface Feed {
  readonly class: "us_equity" | "crypto";
  readonly source: string;
  readonly state: "live" | "stale" | "down";
  readonly breaker: "closed" | "open" | "half_open";
  readonly heard_at: string | null;
  readonly retry_at: string | null;
  readonly symbols: readonly string[];
  readonly connected: number;
  readonly failed: number;
  readonly items: number;
  readonly refused: number;
  readonly dropped: number;
}

interface Amounts {
  readonly total: string;
  readonly exchange: string;
  readonly regulatory: Readonly<Record<string, string>>;
}

export interface HouseFees {
  readonly balance: Amounts;
  readonly days: readonly (Amounts & { readonly date: string; readonly accounts: number })[];
}
