/**
 * The four-eyes principle for transfers: the user who requests a deposit or withdrawal does not approve it. A decision
 * is committed here together with the message by which the account executes it.
 */
import type { AccountId } from "../../domain/ids.ts";
import {
  decideAdoption,
  decideDepositRequest,
  decideApproval,
  dueTransfers,
  isOwn,
} from "../../domain/transfers/decide.ts";
import type { KnownTransfers, Transfer } from "../../domain/transfers/transfer.ts";
import type { TransferEntry, TransfersState } from "../../domain/transfers/transfers.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { isPaperAccount } from "../../protocol/ids/residency.ts";
import { adminActor } from "../../protocol/auth/principal.ts";
import { withoutClientInfo } from "../../domain/account/state/origin.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type {
  Administrator,
  ApprovalOutcome,
  ApprovalRefusal,
  ApprovalView,
  DecisionCheck,
  DecisionCheckResult,
} from "../../protocol/rpc/approvals.ts";
import type { RequestedDeposit } from "../../protocol/rpc/transfers.ts";
import { approvalView } from "./views.ts";

/** A check of who decides counts for so long: somebody who is dismissed meanwhile decides nothing. */
const CHECK_VALID_MS = 5_000;

export interface TransferPorts {
  readonly known: KnownTransfers;
  now(): number;
  newId(): string;
  instruments(): Promise<Instruments>;
  /** Decides a request in one commit (actor/actor.ts). */
  execute<T>(
    decide: (
      state: Readonly<TransfersState>,
      now: number,
    ) => { readonly entries: readonly TransferEntry[]; readonly outcome: T },
  ): Promise<T>;
  /** Waits until the account has answered; false when that takes too long. */
  awaitAccount(accountId: AccountId): Promise<boolean>;
  /** Asks who knows the administrators whether one may decide. */
  check(asked: DecisionCheck): Promise<DecisionCheckResult>;
  /** The origin as the account's journal may keep it: encrypted by the account. */
  encryptOrigin(accountId: AccountId, origin: Origin): Promise<Origin>;
}

export class TransferRequests {
  readonly #ports: TransferPorts;

  constructor(ports: TransferPorts) {
    this.#ports = ports;
  }

  async requestDeposit(
    { accountId, ownerId, deposit, requestedBy, request, alone }: RequestedDeposit,
    origin: Origin,
  ): Promise<ApprovalOutcome<{ approval: ApprovalView; again: boolean }>> {
    if (isPaperAccount(accountId)) return { ok: false, refusal: { reason: "paper_account" } };
    const asked = {
      accountId,
      ownerId,
      ...deposit,
      requestedBy: requestedBy.userId,
      requestedRoute: requestedBy.route,
      request,
      alone,
    };
    const kept = alone
      ? await this.#encrypt(accountId, { ...origin, actor: origin.actor ?? adminActor(requestedBy) })
      : withoutClientInfo(origin);
    const id = this.#ports.newId();
    const instruments = await this.#ports.instruments();
    const outcome = await this.#execute((now) =>
      decideDepositRequest(asked, this.#ports.known, id, now, kept, instruments),
    );
    if (!outcome.ok) return outcome;
    const { transfer, again } = outcome.value;
    if (alone) await this.#ports.awaitAccount(accountId);
    const known = this.#found(transfer.id);
    return { ok: true, value: { approval: approvalView(known), again: again || known.replayed === true } };
  }

  approve(id: string, by: Administrator, origin: Origin): Promise<ApprovalOutcome<ApprovalView>> {
    return this.#decide(id, "approved", by, origin);
  }

  /** Whoever requested a transfer, or owns the account, may take it back. */
  reject(id: string, by: Administrator, origin: Origin): Promise<ApprovalOutcome<ApprovalView>> {
    return this.#decide(id, "rejected", by, origin);
  }

  /** Transfers of an earlier release, as they were there. */
  adopt(transfers: readonly Transfer[]): Promise<void> {
    return this.#ports.execute((state) => ({
      entries: decideAdoption(state, transfers, this.#ports.known),
      outcome: undefined,
    }));
  }

  /** Expires what nobody has decided in time. Call from the object's alarm. */
  expire(): Promise<void> {
    return this.#ports.execute((state, now) => ({ entries: dueTransfers(state, now), outcome: undefined }));
  }

  async #decide(
    id: string,
    decision: "approved" | "rejected",
    decider: Administrator,
    origin: Origin,
  ): Promise<ApprovalOutcome<ApprovalView>> {
    const { known } = this.#ports;
    const transfer = known.byId(id);
    if (transfer === undefined) return { ok: false, refusal: { reason: "approval_not_found" } };
    const by = decider.userId;
    if (decision === "approved" && isOwn(transfer, by)) return { ok: false, refusal: { reason: "approval_own" } };
    const { kind, accountId, requestedBy, requestedRoute } = transfer;
    // Nobody decides a transfer between accounts of one user.
    if (kind === "own") return { ok: false, refusal: { reason: "approval_not_found" } };
    const checkedAt = this.#ports.now();
    const asker = { requestedBy, requestedRoute: kind === "deposit" ? requestedRoute : null };
    const checked = await this.#ports.check({ decision, decider, kind, ...asker });
    if (checked.deciderRefusal !== null) return { ok: false, refusal: checked.deciderRefusal };
    const verdict = {
      id,
      decision,
      by,
      refusal: checked.requestRefusal,
      origin: await this.#encrypt(accountId, { ...origin, actor: origin.actor ?? adminActor(decider) }),
    };
    const outcome = await this.#execute<null, ApprovalRefusal>((now, state) => {
      if (this.#ports.now() - checkedAt > CHECK_VALID_MS) throw new Error("who decides was checked too long ago");
      return decideApproval(state, verdict, known, now);
    });
    if (!outcome.ok) return outcome;
    await this.#ports.awaitAccount(accountId);
    return { ok: true, value: approvalView(this.#found(id)) };
  }

  /** What has expired by now expires first, however late its alarm is. */
  #execute<T, Refusal extends ApprovalRefusal = never>(
    decide: (
      now: number,
      state: Readonly<TransfersState>,
    ) => {
      readonly entries: readonly TransferEntry[];
      readonly outcome:
        | { readonly ok: true; readonly value: T }
        | { readonly ok: false; readonly refusal: ApprovalRefusal | Refusal };
    },
  ): Promise<ApprovalOutcome<T>> {
    return this.#ports.execute((state, now) => {
      const { entries, outcome } = decide(now, state);
      return { entries: [...dueTransfers(state, now), ...entries], outcome };
    });
  }

  /**
   * An account that cannot be reached does not stop a decision: then only the request's id is kept of where it came
   * from.
   */
  async #encrypt(accountId: AccountId, origin: Origin): Promise<Origin> {
    try {
      return await this.#ports.encryptOrigin(accountId, origin);
    } catch {
      return withoutClientInfo(origin);
    }
  }

  #found(id: string): Transfer {
    const transfer = this.#ports.known.byId(id);
    if (transfer === undefined) throw new Error("transfers are never deleted");
    return transfer;
  }
}
