import type { ReplaceCommand } from "../../matching/messages.ts";
import type { TransferEnd } from "../../transfers/messages.ts";
import type { Refusal } from "../entry/refusal.ts";
import type { OrderTicket, ReplaceTicket } from "../entry/ticket.ts";
import type { StoredResponse } from "../ledger/idempotentResponse.ts";
import type { Origin } from "./events.ts";
import type { NewOrder } from "./order.ts";

/** A replace as it was decided: the order that is to go on, and what it needs beyond the hold of the one it replaces. */
export interface ReplaceEntry {
  readonly kind: "replace_requested";
  readonly order: NewOrder;
  /** Cash or lots, held on the new order until the book has answered. */
  readonly extra: number;
  readonly command: ReplaceCommand;
  /** The rules by which it was decided; left out by the first. */
  readonly rules?: number;
  readonly origin: Origin;
}

export interface ReplaceRefused {
  readonly kind: "replace_refused";
  readonly orderId: string;
  readonly ticket: ReplaceTicket;
  readonly refusal: Refusal;
  readonly origin: Origin;
}

export type TimerEntry =
  | { readonly kind: "cancel_timer_set"; readonly timeoutMs: number; readonly origin: Origin }
  | { readonly kind: "cancel_timer_off"; readonly origin: Origin }
  | { readonly kind: "cancel_timer_fired" }
  | { readonly kind: "lease_held"; readonly session: string; readonly ttlMs: number; readonly origin: Origin }
  /** `origin` is left out by an earlier release, which was not told who gave the lease up. */
  | { readonly kind: "lease_released"; readonly session: string; readonly origin?: Origin }
  | {
      readonly kind: "lease_fired";
      readonly session: string;
      readonly cause: "disconnected" | "expired";
      readonly origin: Origin;
    };

export type WithdrawalEntry =
  | {
      readonly kind: "withdrawal_requested";
      readonly id: string;
      readonly reference: string;
      readonly amount: number;
      readonly by: string;
      readonly origin: Origin;
      /** Address of the actor that decides it; left out by an earlier release, whose gateway proposed it. */
      readonly transfers?: string;
      /** The route of the owner's login. */
      readonly ownerRoute?: string | null;
    }
  /** What waits since an earlier release is sent to the transfers actor, once. */
  | { readonly kind: "withdrawals_announced"; readonly transfers: string }
  | {
      readonly kind: "withdrawal_settled" | "withdrawal_rejected";
      readonly id: string;
      /** The administrator who decided; empty when nobody did in time. */
      readonly by: string;
      readonly origin: Origin;
    };

/** The transfers actor is told what became of a deposit that it sent; with the entries of the deposit when it was posted. */
export type PostingEntry = {
  readonly kind: "posting_ended";
  readonly transferId: string;
} & TransferEnd;

export type ResponseStoredEntry = { readonly kind: "answered" } & StoredResponse;

/** What an account journals of its own doing; reports of books are journalled as messages. */
export type AccountEntry =
  | {
      readonly kind: "opened";
      readonly accountId: string;
      readonly userId: string;
      readonly auditAddress: string;
      readonly origin: Origin;
    }
  | {
      readonly kind: "deposited";
      readonly reference: string;
      /** "USD" or a symbol; the amount in its units. */
      readonly asset: string;
      readonly amount: number;
      /** Cost basis of deposited lots, in 1/10,000 dollar; 0 for cash. */
      readonly cost: number;
      readonly by: string;
      /** Who approved what that user asked for; left out when nobody had to. */
      readonly approvedBy?: string;
      readonly origin: Origin;
    }
  | {
      readonly kind: "accepted";
      readonly order: NewOrder;
      readonly legs?: readonly NewOrder[];
      readonly origin: Origin;
    }
  | { readonly kind: "refused"; readonly ticket: OrderTicket; readonly refusal: Refusal; readonly origin: Origin }
  | ReplaceEntry
  | ReplaceRefused
  | { readonly kind: "cancel_requested"; readonly orderId: string; readonly origin: Origin }
  /** The kernel found something that only a person can put right. */
  | { readonly kind: "alerted"; readonly alert: string; readonly facts: Readonly<Record<string, unknown>> }
  | TimerEntry
  | WithdrawalEntry
  | PostingEntry
  | ResponseStoredEntry;
