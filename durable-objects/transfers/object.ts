import { DurableObject } from "cloudflare:workers";
import { listedInstruments } from "../instrumentCache/cachedInstruments.ts";
import { nextExpiry } from "../../domain/transfers/decide.ts";
import type { TransferCommand, TransferNotice } from "../../domain/transfers/messages.ts";
import type { Transfer } from "../../domain/transfers/transfer.ts";
import type { TransferEntry, TransfersState } from "../../domain/transfers/transfers.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { detailOf } from "../../protocol/http/apiFault.ts";
import { REGIONS } from "../../protocol/ids/region.ts";
import type { ActorReport, ReconcileRequest, ReconcileResponse } from "../../protocol/rpc/actor.ts";
import type { Administrator, ApprovalView } from "../../protocol/rpc/approvals.ts";
import { directoryShardOf } from "../../protocol/rpc/directory.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { RequestedDeposit, TransfersRpc } from "../../protocol/rpc/transfers.ts";
import type { ApprovalState } from "../../protocol/wire/approvals.ts";
import { Actor } from "../actor/actor.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import type { Log } from "../../protocol/log/events.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import {
  actorStub,
  accountAddress,
  accountObject,
  actorObject,
  approvalsObject,
  directoryObject,
  identityObject,
  transfersAddress,
} from "../actor/namespaces.ts";
import { PeerStubs } from "../actor/peerStubs.ts";
import { Reconciler } from "../actor/reconcile.ts";
import { type TransferEvent, transfersMachine } from "./machine.ts";
import { OwnerNotifier } from "./notifier.ts";
import { TransferRequests } from "./service.ts";
import { TransferStore } from "./store.ts";
import { approvalView } from "./views.ts";

/** The transfers of the accounts of one region, which it is named by: deposits and withdrawals, from request to end. */
export class Transfers extends DurableObject<CoreEnv> implements TransfersRpc {
  readonly #actor: Actor<TransfersState, TransferEntry, TransferNotice, TransferCommand, TransferEvent>;
  readonly #alarms: AlarmClock;
  readonly #store: TransferStore;
  readonly #requests: TransferRequests;
  readonly #notifier: OwnerNotifier;
  readonly #reconciler: Reconciler;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    const region = REGIONS.find((each) => each === ctx.id.name);
    if (region === undefined) throw new Error("a transfers object is named by its region");
    const address = transfersAddress(region);
    const log: Log = (...call) => logEvent(address, ...call);
    const { storage } = ctx;
    const peers = new PeerStubs((address) => actorStub(env, address));
    this.#alarms = new AlarmClock(storage, () => {
      this.#arm();
      this.#actor.arm();
    });
    this.#store = new TransferStore(storage.sql);
    this.#actor = new Actor(address, transfersMachine, {
      storage,
      now: () => Date.now(),
      random: Math.random,
      deliver: (to, envelope) => peers.deliver(to, envelope),
      armBy: (at) => this.#alarms.armBy(at),
      persist: (event) => this.#persist(event),
      committed: () => {
        this.#arm();
        void this.#notifier.run();
      },
      abort: (reason) => ctx.abort(reason),
      log,
    });
    this.#reconciler = new Reconciler(address, this.#actor, {
      needed: () => this.#actor.hasPendingMessages,
      checks: () => [],
      peers: () => this.#actor.pendingReceivers,
      orders: () => null,
      sendRequest: (peer, inquiry) => actorObject(env, peer).reconcile(inquiry),
      armBy: (at) => this.#alarms.armBy(at),
      now: () => Date.now(),
      log,
    });
    this.#notifier = new OwnerNotifier({
      state: () => this.#actor.state,
      notify: (transfer) => notifyOwner(env, transfer),
      notified: (id) => this.#actor.execute(() => ({ entries: [{ kind: "notified", id }], outcome: undefined })),
      now: () => Date.now(),
      armBy: (at) => this.#alarms.armBy(at),
      failed: (id, error) => log("transfer.owner_not_notified", { id, detail: detailOf(error) }),
    });
    this.#requests = new TransferRequests({
      known: this.#store,
      now: () => Date.now(),
      newId: () => crypto.randomUUID(),
      instruments: () => listedInstruments(env, "transfers"),
      execute: (decide) => this.#actor.execute(decide),
      awaitAccount: (accountId) => this.#actor.awaitReply(accountAddress(accountId)),
      check: (asked) => approvalsObject(env).checkDecision(asked),
      encryptOrigin: (accountId, origin) => accountObject(env, accountId).encryptOrigin(origin),
    });
    this.#arm();
  }

  requestDeposit(asked: RequestedDeposit, origin: Origin) {
    return this.#requests.requestDeposit(asked, origin);
  }

  approve(id: string, by: Administrator, origin: Origin) {
    return this.#requests.approve(id, by, origin);
  }

  reject(id: string, by: Administrator, origin: Origin) {
    return this.#requests.reject(id, by, origin);
  }

  transfers(state: ApprovalState | null, limit: number): Promise<readonly ApprovalView[]> {
    return Promise.resolve(this.#store.list(state, limit).map(approvalView));
  }

  adopt(transfers: readonly Transfer[]): Promise<void> {
    return this.#requests.adopt(transfers);
  }

  deliver(envelope: Envelope<TransferNotice>): Promise<Envelope<TransferCommand>> {
    return this.#actor.receive(envelope);
  }

  inspect(): Promise<ActorReport> {
    return Promise.resolve(this.#actor.report());
  }

  reconcile({ from }: ReconcileRequest): Promise<ReconcileResponse> {
    this.#actor.flush(from);
    return Promise.resolve({ cursors: this.#actor.cursors(from), differing: [] });
  }

  override async alarm(): Promise<void> {
    this.#alarms.fired();
    this.#actor.resumeSending();
    void this.#reconciler.onAlarm();
    await this.#requests.expire();
    void this.#notifier.run();
    this.#arm();
  }

  /** With each commit and in its transaction: what expires cannot be on disk without the alarm that ends it. */
  #arm(): void {
    const due = nextExpiry(this.#actor.state);
    if (due !== null) this.#alarms.armBy(due);
    this.#notifier.arm();
    this.#reconciler.arm();
  }

  #persist(event: TransferEvent): void {
    if (event.kind === "changed") this.#store.put(event.transfer);
    else this.#store.remove(event.id);
  }
}

/** Asks the login of a withdrawal's owner to tell its person, with where the request came from. */
async function notifyOwner(env: CoreEnv, transfer: Transfer): Promise<void> {
  const { ownerId, requestedRoute, withdrawalId, accountId, amount, requestId, origin } = transfer;
  const route = requestedRoute ?? (await directoryObject(env, directoryShardOf(ownerId)).find(ownerId))?.route;
  // A login that was erased has left the directory.
  if (route === undefined) return;
  const [opened] = origin === null ? [] : await accountObject(env, accountId).openOrigins([origin]);
  const { ip, userAgent } = opened ?? { ip: "", userAgent: "" };
  await identityObject(env, route).notifications.withdrawalRequested(
    { id: withdrawalId ?? transfer.id, amount },
    { requestId, ip, userAgent },
  );
}
