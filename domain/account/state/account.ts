import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { hashText } from "../../ids.ts";
import { requireInstrument } from "../../market/listing.ts";
import type { BookCommand } from "../../matching/messages.ts";
import { accept } from "../orders/accept.ts";
import type { NewOrder } from "../orders/accept.ts";
import { requestCancel } from "../orders/cancel.ts";
import { NO_ORIGIN } from "./events.ts";
import type { AuditRecord, Origin, TradeUpdate } from "./events.ts";
import { beginFirstDay, countPayment, passDay } from "../ledger/lastClose.ts";
import type { Holdings } from "../ledger/lastClose.ts";
import { CASH, move } from "../ledger/ledger.ts";
import type { Balances, Ledger } from "../ledger/ledger.ts";
import type { AnsweredEntry, KeptAnswer } from "../ledger/idempotency.ts";
import type { Order } from "./order.ts";
import { audit, dollars } from "./record.ts";
import { requestReplace } from "../orders/replace.ts";
import type { ReplaceEntry, ReplaceRefused } from "../orders/replace.ts";
import type { Refusal } from "../entry/refusal.ts";
import { standing } from "./balanceSnapshot.ts";
import type { OrderTicket } from "../entry/ticket.ts";
import { applyTimer, loadTimers, newTimers, saveTimers } from "../timers/timers.ts";
import type { CancelTimers, SavedTimers, TimerEntry } from "../timers/timers.ts";
import { applyWithdrawal } from "../ledger/withdrawals.ts";
import type { Withdrawal, WithdrawalEntry } from "../ledger/withdrawals.ts";

/**
 * A trading account as a deterministic state machine. What happened is decided before (decide.ts) and journalled as an
 * entry; applying an entry only books it, so old journals replay alike under newer rules.
 */
export interface AccountState {
  accountId: string;
  userId: string;
  accountNumber: string;
  createdAt: number;
  /** Address of the audit shard, fixed when the account is opened. */
  auditAddress: string;
  readonly ledger: Ledger;
  /** What the lots owned of each symbol cost, in 1/10,000 dollar. */
  readonly costBasis: Map<string, number>;
  /** Orders that are not closed, by id, in order of arrival. */
  readonly open: Map<string, Order>;
  readonly openByClientId: Map<string, string>;
  nextSequence: number;
  /** When the newest order was submitted, in epoch microseconds. */
  lastOrderMicros: number;
  nextAuditEvent: number;
  /** Sequence of the next trade update. */
  nextUpdate: number;
  /** What cancels every open order by itself. */
  readonly timers: CancelTimers;
  /** Withdrawals that wait for a decision, by id. Their cash is held. */
  readonly withdrawals: Map<string, Withdrawal>;
  /** When the trading day of the newest commit ends, and what there was when the one before it ended; null: not known. */
  dayEnd: number;
  atClose: Holdings | null;
}

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
  | AnsweredEntry;

/** Where an account's outputs go. `closed`, `deposited`, `withdrawal` and `answered` ask for a lasting record outside the state. */
export interface AccountOutputs {
  command(symbol: string, command: BookCommand): void;
  audit(address: string, record: AuditRecord): void;
  update(update: TradeUpdate): void;
  closed(order: Order): void;
  deposited(reference: string, asset: string, amount: number): void;
  /** A withdrawal as it is now: new, or decided. */
  withdrawal(withdrawal: Withdrawal): void;
  answered(answer: KeptAnswer): void;
}

export function newAccount(): AccountState {
  return {
    accountId: "",
    userId: "",
    accountNumber: "",
    createdAt: 0,
    auditAddress: "",
    ledger: new Map(),
    costBasis: new Map(),
    open: new Map(),
    openByClientId: new Map(),
    nextSequence: 1,
    lastOrderMicros: 0,
    nextAuditEvent: 1,
    nextUpdate: 1,
    timers: newTimers(),
    withdrawals: new Map(),
    dayEnd: 0,
    atClose: null,
  };
}

/** Books one entry. */
export function applyEntry(state: AccountState, entry: AccountEntry, now: number, out: AccountOutputs): void {
  passDay(state, now);
  switch (entry.kind) {
    case "opened":
      return open(state, entry, now, out);
    case "deposited":
      return deposit(state, entry, now, out);
    case "answered":
      return out.answered(entry);
    case "accepted":
      return accept(state, entry.order, entry.legs ?? [], entry.origin, now, out);
    case "refused":
      return recordRefusal(state, `account/${state.accountId}`, entry, now, out);
    case "replace_requested":
      return requestReplace(state, entry, now, out);
    case "replace_refused":
      return recordRefusal(state, `order/${entry.orderId}`, entry, now, out);
    case "cancel_requested":
      return requestCancel(state, entry.orderId, entry.origin, now, out);
    case "alerted":
      return recordAlert(state, entry, now, out);
    case "withdrawal_requested":
    case "withdrawal_settled":
    case "withdrawal_rejected":
      return applyWithdrawal(state, entry, now, out);
    default:
      return applyTimer(state, entry, now, out);
  }
}

function open(state: AccountState, entry: AccountEntry & { kind: "opened" }, now: number, out: AccountOutputs): void {
  state.accountId = entry.accountId;
  state.userId = entry.userId;
  state.accountNumber = `EX${String(hashText(entry.accountId) % 1_000_000_000).padStart(9, "0")}`;
  state.createdAt = now;
  beginFirstDay(state, now);
  state.auditAddress = entry.auditAddress;
  const body = { account_number: state.accountNumber };
  const resource = `account/${entry.accountId}`;
  const event = { action: "account.opened", resource, body, before: null, after: standing(state, null, null) };
  audit(state, event, entry.origin, now, out);
}

function deposit(
  state: AccountState,
  entry: AccountEntry & { kind: "deposited" },
  now: number,
  out: AccountOutputs,
): void {
  const { asset, amount, reference, by, approvedBy } = entry;
  const before = standing(state, asset, null);
  move(state.ledger, asset, "outside", "available", amount);
  countPayment(state, asset, amount);
  const decimals = asset === CASH ? PRICE_DECIMALS : requireInstrument(asset).qtyDecimals;
  if (asset !== CASH) state.costBasis.set(asset, (state.costBasis.get(asset) ?? 0) + entry.cost);
  out.deposited(reference, asset, amount);
  const facts = { reference, asset, amount: formatDecimal(amount, decimals), cost_basis: dollars(entry.cost), by };
  const body = { ...facts, ...(approvedBy === undefined ? {} : { approved_by: approvedBy }) };
  const resource = `account/${state.accountId}`;
  const event = { action: "deposit", resource, body, before, after: standing(state, asset, null) };
  audit(state, event, entry.origin, now, out);
}

function recordAlert(
  state: AccountState,
  { alert, facts }: AccountEntry & { kind: "alerted" },
  now: number,
  out: AccountOutputs,
): void {
  // Before it is opened an account has no trail.
  if (state.accountId === "") return;
  const event = { action: "alert", resource: `account/${state.accountId}`, body: { alert, ...facts } };
  audit(state, { ...event, before: null, after: null }, NO_ORIGIN, now, out);
}

/** Longest client text that a refusal keeps on record. */
const REFUSED_TEXT_MAX = 64;

function recordRefusal(
  state: AccountState,
  resource: string,
  entry: Extract<AccountEntry, { kind: "refused" | "replace_refused" }>,
  now: number,
  out: AccountOutputs,
): void {
  const { kind, refusal, origin } = entry;
  const asked: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(entry.ticket)) {
    asked[field] = typeof value === "string" ? value.slice(0, REFUSED_TEXT_MAX) : value;
  }
  const body = { ...refusal, ticket: asked };
  audit(state, { action: `order.${kind}`, resource, body, before: null, after: null }, origin, now, out);
}

/** Plain data of an account, for a snapshot. Optional fields are missing in those of earlier releases. */
export interface SavedAccount extends Omit<
  AccountState,
  | "ledger"
  | "costBasis"
  | "open"
  | "openByClientId"
  | "nextUpdate"
  | "lastOrderMicros"
  | "timers"
  | "withdrawals"
  | "dayEnd"
  | "atClose"
> {
  readonly dayEnd?: number;
  readonly atClose?: Holdings | null;
  readonly lastOrderMicros?: number;
  readonly nextUpdate?: number;
  readonly timers?: SavedTimers;
  readonly withdrawals?: readonly Withdrawal[];
  readonly ledger: readonly (readonly [string, Balances])[];
  readonly costBasis: readonly (readonly [string, number])[];
  readonly open: readonly Order[];
}

export function saveAccount(state: AccountState): SavedAccount {
  const { openByClientId: _, ...rest } = state;
  return {
    ...rest,
    ledger: [...state.ledger],
    costBasis: [...state.costBasis],
    open: [...state.open.values()],
    timers: saveTimers(state.timers),
    withdrawals: [...state.withdrawals.values()],
  };
}

export function loadAccount(saved: SavedAccount): AccountState {
  return {
    ...saved,
    nextUpdate: saved.nextUpdate ?? 1,
    lastOrderMicros: saved.lastOrderMicros ?? 0,
    dayEnd: saved.dayEnd ?? 0,
    atClose: saved.atClose ?? null,
    timers: loadTimers(saved.timers),
    withdrawals: new Map((saved.withdrawals ?? []).map((withdrawal) => [withdrawal.id, withdrawal])),
    ledger: new Map(saved.ledger),
    costBasis: new Map(saved.costBasis),
    open: new Map(saved.open.map((order) => [order.id, order])),
    openByClientId: new Map(saved.open.map((order) => [order.clientOrderId, order.id])),
  };
}
