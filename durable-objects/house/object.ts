import { DurableObject } from "cloudflare:workers";
import { type HouseEntry, houseBalance, type HouseState } from "../../domain/house/houseAccount.ts";
import type { FeesSwept } from "../../domain/house/messages.ts";
import type { AuditText } from "../../protocol/audit/line.ts";
import { auditShardOf, houseAccountId } from "../../protocol/ids/residency.ts";
import type { Log } from "../../protocol/log/events.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import type { AuditedAccount } from "../../protocol/rpc/account.ts";
import type { ActorReport, ReconcileRequest, ReconcileResponse } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { HouseRpc, HouseView } from "../../protocol/rpc/house.ts";
import { Actor } from "../actor/actor.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { AUDIT_BATCH_DELAY_MS } from "../actor/limits.ts";
import { actorObject, actorStub, auditAddress, auditShardCounts, houseAddress } from "../actor/namespaces.ts";
import { PeerStubs } from "../actor/peerStubs.ts";
import { Reconciler } from "../actor/reconcile.ts";
import { DayStore } from "./dayStore.ts";
import { type HouseEvent, houseMachine } from "./machine.ts";

/** A house account of a region, named `<region>-<number>`: it receives the fees of its share of the region's accounts. */
export class HouseAccount extends DurableObject<CoreEnv> implements HouseRpc {
  readonly #actor: Actor<HouseState, HouseEntry, FeesSwept, AuditText, HouseEvent>;
  readonly #alarms: AlarmClock;
  readonly #days: DayStore;
  readonly #reconciler: Reconciler;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    const name = ctx.id.name ?? "";
    const accountId = houseAccountId(name);
    const address = houseAddress(name);
    const log: Log = (...call) => logEvent(address, ...call);
    const { storage } = ctx;
    const peers = new PeerStubs((to) => actorStub(env, to));
    this.#alarms = new AlarmClock(storage, () => {
      this.#actor.arm();
      this.#reconciler.arm();
    });
    this.#days = new DayStore(storage.sql);
    const shard = auditAddress(auditShardOf(accountId, auditShardCounts(env)));
    this.#actor = new Actor(address, houseMachine(accountId, shard), {
      storage,
      now: () => Date.now(),
      random: Math.random,
      deliver: (to, envelope) => peers.deliver(to, envelope),
      batchDelayMs: () => AUDIT_BATCH_DELAY_MS,
      // An account waits for nothing but the acknowledgement.
      mayWait: () => true,
      armBy: (at) => this.#alarms.armBy(at),
      persist: ({ swept }) => this.#days.add(swept),
      committed: () => this.#reconciler.arm(),
      abort: (reason) => ctx.abort(reason),
      log,
    });
    this.#reconciler = new Reconciler(address, this.#actor, {
      needed: () => this.#actor.hasPendingMessages,
      checks: () => [{ scope: "house", findings: this.#days.findings(this.#actor.state) }],
      peers: () => this.#actor.pendingReceivers,
      orders: () => null,
      sendRequest: (peer, inquiry) => actorObject(env, peer).reconcile(inquiry),
      armBy: (at) => this.#alarms.armBy(at),
      now: () => Date.now(),
      log,
    });
    this.#reconciler.arm();
  }

  fees(from: number, until: number): Promise<HouseView> {
    const { balance, regulatory } = houseBalance(this.#actor.state);
    const exchange = regulatory.reduce((left, [, part]) => left - part, balance);
    return Promise.resolve({ balance: { exchange, regulatory }, days: this.#days.days(from, until) });
  }

  audited(): Promise<AuditedAccount | null> {
    const { state } = this.#actor;
    if (state.accountId === "") return Promise.resolve(null);
    const { balance } = houseBalance(state);
    const { accountId } = state;
    const account = { accountId, accountNumber: "", createdAt: 0, cash: balance, cashHeld: 0, positions: [] };
    return Promise.resolve({ events: state.nextAuditEvent - 1, account, open: [] });
  }

  deliver(envelope: Envelope<FeesSwept>): Promise<Envelope<never>> {
    return this.#actor.receive(envelope) as Promise<Envelope<never>>;
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
  }
}
