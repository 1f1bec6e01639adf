/** An account without its object, for tests: outputs are recorded in lists. */
import type { BookCommand } from "../matching/messages.ts";
import type { FeesSwept } from "../house/messages.ts";
import type { TransferNotice } from "../transfers/messages.ts";
import type { Activity } from "./activities/activity.ts";
import type { NewOrder, Order } from "./state/order.ts";
import { applyEntry } from "./apply.ts";
import { newAccount } from "./state/accountState.ts";
import type { AccountOutputs } from "./state/outputs.ts";
import type { AccountState } from "./state/accountState.ts";
import type { AccountEntry } from "./state/entries.ts";
import { NO_ORIGIN } from "./state/events.ts";
import type { AuditRecord, TradeUpdate } from "./state/events.ts";
import type { StoredResponse } from "./ledger/idempotentResponse.ts";
import { requireInstrument } from "../market/listing.ts";
import type { OrderTicket } from "./entry/ticket.ts";
import type { ValidatedOrder } from "./entry/validated.ts";
import type { Withdrawal } from "./ledger/withdrawal.ts";

export interface Recorder extends AccountOutputs {
  readonly commands: { readonly symbol: string; readonly command: BookCommand }[];
  readonly audits: AuditRecord[];
  readonly updates: TradeUpdate[];
  readonly closedOrders: Order[];
  readonly activities: Activity[];
  readonly deposits: string[];
  readonly withdrawals: Withdrawal[];
  readonly answers: StoredResponse[];
  readonly swept: { readonly to: string; readonly swept: FeesSwept }[];
  readonly transfers: { readonly to: string; readonly notice: TransferNotice }[];
}

/** Outputs that are only recorded. */
export function recorder(): Recorder {
  const kept: Omit<Recorder, keyof AccountOutputs> = {
    commands: [],
    audits: [],
    updates: [],
    closedOrders: [],
    activities: [],
    deposits: [],
    withdrawals: [],
    answers: [],
    swept: [],
    transfers: [],
  };
  return {
    ...kept,
    command: (symbol, command) => kept.commands.push({ symbol, command }),
    audit: (_address, record) => kept.audits.push(record),
    update: (update) => kept.updates.push(update),
    closed: (order) => kept.closedOrders.push({ ...order }),
    activity: (activity) => kept.activities.push(activity),
    deposited: (reference) => kept.deposits.push(reference),
    withdrawal: (withdrawal) => kept.withdrawals.push(withdrawal),
    answered: (answer) => kept.answers.push(answer),
    transfer: (to, notice) => kept.transfers.push({ to, notice }),
    fees: (to, swept) => kept.swept.push({ to, swept }),
  };
}

/** The command without its price limit (OB-38), for tests whose prices are far from the instrument's. */
export function anyPrice(command: BookCommand): BookCommand {
  if (command.kind === "cancel") return command;
  const { within: _, ...rest } = command;
  return rest;
}

/**
 * An open account with deposits of `cash` (1/10,000 dollar) and of lots of each symbol with a cost basis of 0. With
 * `averageCost`, it is one of an earlier release, without tax lots.
 */
export function fundedAccount(
  accountId: string,
  cash: number,
  lots: Readonly<Record<string, number>>,
  averageCost = false,
): AccountState {
  const state = newAccount();
  const out = recorder();
  const owner = { accountId, userId: accountId, auditAddress: "audit/0" };
  const opened: AccountEntry = { kind: "opened", ...owner, ...(averageCost ? {} : { lots: true }), origin: NO_ORIGIN };
  applyEntry(state, opened, 0, out);
  for (const [asset, amount] of [["USD", cash] as const, ...Object.entries(lots)]) {
    const deposit = { kind: "deposited", reference: `start:${asset}`, asset, amount, cost: 0 } as const;
    applyEntry(state, { ...deposit, by: "test", origin: NO_ORIGIN }, 0, out);
  }
  return state;
}

/** A limit buy of one share of AAPL at $100, good till cancelled, with changes. */
export function ticketWith(changes: Partial<OrderTicket>): OrderTicket {
  return {
    symbol: "AAPL",
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    orderClass: "",
    clientOrderId: null,
    extendedHours: false,
    qty: "1",
    notional: null,
    limitPrice: "100",
    stopPrice: null,
    ...changes,
  };
}

/** The same ticket as validated, with changes. */
export function validatedOrderWith(changes: Partial<ValidatedOrder>): ValidatedOrder {
  return {
    instrument: requireInstrument("AAPL"),
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    orderClass: "simple",
    qty: 1_000_000,
    notional: null,
    limitPrice: 1_000_000,
    stopPrice: null,
    terms: {},
    takeProfit: null,
    stopLoss: null,
    goodTil: null,
    extendedHours: false,
    clientOrderId: null,
    lots: null,
    ...changes,
  };
}

/** The same order as accepted, with changes; its client order id is `c-<id>`. */
export function orderWith(id: string, changes: Partial<NewOrder>): NewOrder {
  return {
    id,
    clientOrderId: `c-${id}`,
    symbol: "AAPL",
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    qty: 1_000_000,
    limitPrice: 1_000_000,
    protectionPrice: changes.limitPrice ?? 1_000_000,
    extendedHours: false,
    expiresAt: null,
    ...changes,
  };
}
