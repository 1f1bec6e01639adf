/** Deposits and withdrawals of an account. */
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { decideDeposit } from "../../domain/account/ledger/deposits.ts";
import { decideIdempotent } from "../../domain/account/ledger/idempotency.ts";
import {
  type StoredResponse,
  type IdempotentResponse,
  type IdempotencyKey,
} from "../../domain/account/ledger/idempotentResponse.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import { decideWithdrawal, type WithdrawalRequest } from "../../domain/account/ledger/withdrawals.ts";
import { type Withdrawal } from "../../domain/account/ledger/withdrawal.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { depositToWire, withdrawalToWire } from "../../protocol/mapping/accounts.ts";
import { ownTransferToWire } from "../../protocol/mapping/ownTransfers.ts";
import type { Deposit } from "../../protocol/rpc/account.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { OwnTransferRequest, StoredWithdrawal, WithdrawalAsked } from "../../protocol/rpc/withdrawals.ts";
import type { NewestInstruments } from "../instrumentCache/cachedInstruments.ts";
import type { AccountStore } from "./store.ts";
import { decideReceivedShares } from "../../domain/account/ledger/receivedShares.ts";
import type { DepositCommand } from "../../domain/transfers/messages.ts";
import { postingEnded } from "../../domain/account/ledger/postings.ts";
import { transfersActorOf } from "./machine.ts";
import { WithdrawalStore } from "./withdrawalStore.ts";

/** Status of a withdrawal request: the money is held, the decision is pending. */
const ACCEPTED = 202;

/** A transfer between accounts of one user never reaches the account of another one. */
const NOT_THE_OWNERS = { entries: [], outcome: { ok: false, refusal: { reason: "transfer_invalid" } } } as const;
const CLOSED = { entries: [], outcome: { ok: false, refusal: { reason: "account_closed" } } } as const;

type Decide<T> = (
  state: Readonly<AccountState>,
  now: number,
) => { readonly entries: readonly AccountEntry[]; readonly outcome: T };

export interface TransferServicePorts {
  readonly sql: Pick<SqlStorage, "exec">;
  readonly deposits: Pick<AccountStore, "deposit">;
  state(): Readonly<AccountState>;
  /** Whether the account was erased: it takes no money any more. */
  erased(): boolean;
  /** The stored response of this idempotency key. */
  answered(key: string): StoredResponse | undefined;
  decideAfterTimers<T>(decide: Decide<T>): Promise<T>;
  /** The listed instruments, no older than MK-24 allows. */
  newestInstruments(): Promise<NewestInstruments>;
  /** The same, and refuses requests to an erased or closed account. */
  decideUnlessClosed<T>(decide: Decide<Outcome<T>>): Promise<Outcome<T>>;
}

/** Deposits to an account and withdraws from it. */
export class TransferService {
  readonly #ports: TransferServicePorts;
  readonly #withdrawals: WithdrawalStore;

  constructor(ports: TransferServicePorts) {
    this.#ports = ports;
    this.#withdrawals = new WithdrawalStore(ports.sql);
  }

  /** Posts a deposit of money or shares at once. `by`: who requested it, and who approved it. */
  async deposit(
    deposit: Deposit,
    by: { readonly by: UserId; readonly approvedBy?: UserId },
    origin: Origin,
    request: IdempotencyKey | null,
  ): Promise<Outcome<IdempotentResponse>> {
    const { list: instruments } = await this.#ports.newestInstruments();
    return this.#ports.decideUnlessClosed((state) =>
      this.#decideDeposit(state, deposit, by, origin, request, instruments),
    );
  }

  /** The answer to a reference that was posted before is a replay, with a key or without. */
  #decideDeposit(
    state: Readonly<AccountState>,
    deposit: Deposit,
    by: { readonly by: UserId; readonly approvedBy?: UserId; readonly payer?: AccountId },
    origin: Origin,
    request: IdempotencyKey | null,
    instruments: Instruments,
  ): { entries: readonly AccountEntry[]; outcome: Outcome<IdempotentResponse> } {
    const known = this.#ports.deposits.deposit(deposit.reference);
    const { entries, outcome } = decideIdempotent(
      state,
      request,
      (key) => this.#ports.answered(key),
      () => decideDeposit(state, deposit, known, by, origin, instruments),
      (receipt) => JSON.stringify(depositToWire(state.accountId, receipt)),
    );
    if (!outcome.ok || known === undefined) return { entries, outcome };
    return { entries, outcome: { ok: true, value: { ...outcome.value, replayed: true } } };
  }

  /** Whether the transfers actor has sent deposits that are to be decided. */
  get hasPostings(): boolean {
    return this.#ports.state().postings.size > 0;
  }

  /**
   * Decides the deposits that the transfers actor has sent, one after the other: each finds what the one before left. Those
   * that cannot be decided now are decided when the object's alarm calls this again.
   */
  async decidePostings(): Promise<void> {
    let decided = true;
    while (this.hasPostings && decided) decided = await this.#decidePosting(await this.#ports.newestInstruments());
  }

  /** False when the deposit is of a symbol that may have been listed since the registry was reached last. */
  #decidePosting({ list: instruments, confirmed }: NewestInstruments): Promise<boolean> {
    return this.#ports.decideAfterTimers((state) => {
      const [posting] = state.postings.values();
      if (posting === undefined) return { entries: [], outcome: true };
      const { transferId, requestedBy, approvedBy, symbol, request = null, origin, payer } = posting.command;
      const by = {
        by: requestedBy,
        ...(approvedBy === undefined ? {} : { approvedBy }),
        ...(payer === undefined ? {} : { payer: payer.accountId }),
      };
      const { entries, outcome } =
        this.#ports.erased() || state.closedAt !== null
          ? CLOSED
          : payer !== undefined && payer.ownerId !== state.userId
            ? NOT_THE_OWNERS
            : payer !== undefined && symbol !== null
              ? this.#decideShares(state, posting.command, { by: requestedBy, payer: payer.accountId })
              : this.#decideDeposit(state, posting.command, by, origin, request, instruments);
      // A refusal is final: it does not rest on a list that may be old.
      if (!confirmed && !outcome.ok && outcome.refusal.reason === "asset_not_found") {
        return { entries: [], outcome: false };
      }
      return { entries: [...entries, postingEnded(transferId, outcome)], outcome: true };
    });
  }

  /** Shares of another account of the owner, which were decided before when their reference is known. */
  #decideShares(
    state: Readonly<AccountState>,
    { reference, symbol, amount, lots = [], origin }: DepositCommand,
    by: { readonly by: UserId; readonly payer: AccountId },
  ): { entries: readonly AccountEntry[]; outcome: Outcome<{ readonly replayed: boolean }> } {
    const known = this.#ports.deposits.deposit(reference);
    const offered = { reference, symbol: symbol ?? "", amount, lots };
    const { entries, outcome } = decideReceivedShares(state, offered, known, by, origin);
    if (!outcome.ok) return { entries, outcome };
    return { entries, outcome: { ok: true, value: { replayed: known !== undefined } } };
  }

  /** Holds the money until it is decided, and sends the withdrawal to the transfers actor in the same commit. */
  async withdraw(
    by: { readonly userId: UserId; readonly ownerRoute: string | null },
    { reference, amount }: WithdrawalRequest,
    origin: Origin,
    request: IdempotencyKey | null,
  ): Promise<Outcome<WithdrawalAsked>> {
    const outcome = await this.#hold(by, { reference, amount }, origin, request, withdrawalToWire);
    if (!outcome.ok) return outcome;
    // The response may be a replay of a withdrawal that was decided since.
    const { withdrawal_id: id } = JSON.parse(outcome.value.body) as { withdrawal_id: string };
    const withdrawal = this.#withdrawals.byId(id);
    if (withdrawal === undefined) throw new Error("a withdrawal that was answered is there");
    return { ok: true, value: { withdrawal, answer: outcome.value } };
  }

  /** The same for cash or shares that go to another account of the owner: nobody has to approve it. */
  transferToOwn(
    userId: UserId,
    asked: OwnTransferRequest,
    origin: Origin,
    request: IdempotencyKey | null,
  ): Promise<Outcome<IdempotentResponse>> {
    const { accountId } = this.#ports.state();
    const render = (made: Withdrawal) => ownTransferToWire(accountId, made);
    return this.#hold({ userId, ownerRoute: null }, asked, origin, request, render);
  }

  #hold(
    by: { readonly userId: UserId; readonly ownerRoute: string | null },
    asked: WithdrawalRequest,
    origin: Origin,
    request: IdempotencyKey | null,
    render: (made: Withdrawal) => unknown,
  ): Promise<Outcome<IdempotentResponse>> {
    const ports = this.#ports;
    return ports.decideUnlessClosed((state, now) => {
      const transfers = { address: transfersActorOf(state.accountId), ownerRoute: by.ownerRoute };
      return decideIdempotent(
        state,
        request,
        (key) => ports.answered(key),
        () => decideWithdrawal(state, asked, this.#withdrawals, by.userId, now, origin, transfers),
        (made) => JSON.stringify(render(made)),
        ACCEPTED,
      );
    });
  }

  /** Those that leave the exchange, or those to own accounts. */
  withdrawals(before: number | null, limit: number, toOwn = false): StoredWithdrawal[] {
    return this.#withdrawals.list(before, limit, toOwn);
  }

  /** Stores a withdrawal, in the transaction of the commit that made or decided it. */
  keep(withdrawal: Withdrawal): void {
    this.#withdrawals.put(withdrawal);
  }
}
