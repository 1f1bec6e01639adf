import type { AccountId } from "../../domain/ids.ts";
import type { Activity } from "../../domain/account/activities/activity.ts";
import { mustBeginActivities } from "../../domain/account/activities/record.ts";
import { applyEntry } from "../../domain/account/apply.ts";
import { loadAccount, saveAccount } from "../../domain/account/state/save.ts";
import { newAccount } from "../../domain/account/state/accountState.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { SavedAccount } from "../../domain/account/state/save.ts";
import type { AccountOutputs } from "../../domain/account/state/outputs.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { type AuditRecord, NO_ORIGIN, type TradeUpdate } from "../../domain/account/state/events.ts";
import type { StoredResponse } from "../../domain/account/ledger/idempotentResponse.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import { type AuditMessage, auditText } from "../../protocol/audit/line.ts";
import { applyTransferCommand } from "../../domain/account/ledger/postings.ts";
import { newerPlan } from "../../domain/account/fees/accountFees.ts";
import { dueSweep } from "../../domain/account/fees/sweep.ts";
import { lotUpgrade } from "../../domain/account/lots/changeLots.ts";
import { mustAuditLiquidations, mustBeginSettlement } from "../../domain/account/settlement/settlementEntries.ts";
import { saveFeePlan } from "../../domain/fees/savedPlan.ts";
import { hasUnannounced } from "../../domain/account/ledger/withdrawals.ts";
import type { FeesSwept } from "../../domain/house/messages.ts";
import type { TransferCommand, TransferNotice } from "../../domain/transfers/messages.ts";
import { houseOf, regionOfAccount } from "../../protocol/ids/residency.ts";
import type { Effects, Machine } from "../actor/machine.ts";
import { houseAddress, transfersAddress } from "../actor/namespaces.ts";
import { LIVE_VENUE, PAPER_VENUE, type Venue } from "./venue.ts";

/** What an account's object stores or publishes with a commit. */
export type AccountEvent =
  | { readonly kind: "update"; readonly update: TradeUpdate }
  | { readonly kind: "closed"; readonly order: Order }
  | { readonly kind: "activity"; readonly activity: Activity }
  | { readonly kind: "deposited"; readonly reference: string; readonly asset: string; readonly amount: number }
  | { readonly kind: "withdrawal"; readonly withdrawal: Withdrawal }
  | { readonly kind: "answered"; readonly answer: StoredResponse };

/** What books and the transfers actor send to an account, and what it sends. */
export type AccountIn = BookReport | TransferCommand;
export type AccountOut = BookCommand | AuditMessage | TransferNotice | FeesSwept;

type AccountMachine = Machine<AccountState, AccountEntry, AccountIn, AccountOut, AccountEvent>;

/** A trading account as the actor runtime runs it: live or paper. */
export const accountMachine: AccountMachine = machineIn(LIVE_VENUE);
export const paperAccountMachine: AccountMachine = machineIn(PAPER_VENUE);

function machineIn(venue: Venue): AccountMachine {
  return {
    initial: newAccount,
    upgradeEntries,
    applyLocal: (state, entry, now, effects) => applyEntry(state, entry, now, new Outputs(effects, venue)),
    applyMessage: (state, from, message, now, effects) => {
      const out = new Outputs(effects, venue);
      // An inbox keeps each sender's messages apart.
      if (from.startsWith("transfers/")) {
        return applyTransferCommand(state, from, message as TransferCommand, now, out);
      }
      return applyReport(state, message as BookReport, now, out);
    },
    save: saveAccount,
    load: (saved) => loadAccount(saved as SavedAccount),
  };
}

/**
 * Withdrawals that wait since a release whose gateway proposed them are sent to the transfers actor. An account takes the
 * newer version of its fee plan, begins its record of activities, and sends the fees of a trading day that is over.
 */
function upgradeEntries(state: Readonly<AccountState>, now: number): AccountEntry[] {
  const entries: AccountEntry[] = [...lotUpgrade(state)];
  if (hasUnannounced(state)) {
    entries.push({ kind: "withdrawals_announced", transfers: transfersActorOf(state.accountId) });
  }
  if (mustBeginSettlement(state)) entries.push({ kind: "settlement_began" });
  if (mustAuditLiquidations(state)) entries.push({ kind: "liquidations_audited" });
  const plan = newerPlan(state);
  if (plan !== null) entries.push({ kind: "fee_plan_set", plan: saveFeePlan(plan), origin: NO_ORIGIN });
  if (mustBeginActivities(state)) entries.push({ kind: "activities_began" });
  const sweep = now < state.dayEnd ? null : dueSweep(state, now, houseAddress(houseOf(state.accountId)));
  if (sweep !== null) entries.push(sweep);
  return entries;
}

/** The address of the actor that decides transfers of an account. */
export function transfersActorOf(accountId: AccountId): string {
  return transfersAddress(regionOfAccount(accountId));
}

/** What an account sends and emits. A class, because eight closures for each message are most of its garbage. */
class Outputs implements AccountOutputs {
  readonly #effects: Effects<AccountOut, AccountEvent>;

  readonly #venue: Venue;

  constructor(effects: Effects<AccountOut, AccountEvent>, venue: Venue) {
    this.#effects = effects;
    this.#venue = venue;
  }

  command(symbol: string, command: BookCommand): void {
    this.#effects.send(this.#venue.book(symbol), command);
  }

  /** A paper account has no audit trail. */
  audit(address: string, record: AuditRecord): void {
    if (!this.#venue.isPaper) this.#effects.send(address, auditText(record));
  }

  update(update: TradeUpdate): void {
    this.#effects.emit({ kind: "update", update });
  }

  closed(order: Order): void {
    this.#effects.emit({ kind: "closed", order: { ...order } });
  }

  activity(activity: Activity): void {
    this.#effects.emit({ kind: "activity", activity });
  }

  deposited(reference: string, asset: string, amount: number): void {
    this.#effects.emit({ kind: "deposited", reference, asset, amount });
  }

  withdrawal(withdrawal: Withdrawal): void {
    this.#effects.emit({ kind: "withdrawal", withdrawal });
  }

  answered(answer: StoredResponse): void {
    this.#effects.emit({ kind: "answered", answer });
  }

  transfer(address: string, notice: TransferNotice): void {
    this.#effects.send(address, notice);
  }

  fees(address: string, swept: FeesSwept): void {
    this.#effects.send(address, swept);
  }
}
