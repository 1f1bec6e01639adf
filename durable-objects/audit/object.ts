import type { AccountId } from "../../domain/ids.ts";
import type { Log } from "../../protocol/log/events.ts";
import { DurableObject } from "cloudflare:workers";
import { GENESIS_HEX } from "../../db/auditChain.ts";
import { openAccountTrail } from "../../db/accountTrail.ts";
import { openAuditDatabase } from "../../db/auditWriter.ts";
import { openTrailSearch } from "../../db/trailSearch.ts";
import { verifyPage } from "../../db/verify/page.ts";
import { openTrailReader } from "../../db/verify/reader.ts";
import type { TrailEvent } from "../../protocol/rpc/accountTrail.ts";
import type { FoundEvent, TrailFilter } from "../../protocol/rpc/trailSearch.ts";
import type { CheckpointKey } from "../../protocol/audit/checkpoint.ts";
import { regionOfShard } from "../../protocol/ids/residency.ts";
import type { ActorReport, ReconcileRequest, ReconcileResponse } from "../../protocol/rpc/actor.ts";
import type { AuditJournal, AuditShardRpc, AuditStatus, VerifiedPage } from "../../protocol/rpc/auditShard.ts";
import type { AuditMessage } from "../../protocol/audit/line.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { Actor } from "../actor/actor.ts";
import type { Machine } from "../actor/machine.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import { auditAddress, auditShardCounts } from "../actor/namespaces.ts";
import { CheckpointStore } from "./checkpointStore.ts";
import { Checkpoints } from "./checkpoints.ts";
import { AuditDrain } from "./drain.ts";
import { checkChain } from "./chainCheck.ts";
import { openSigner } from "./signer.ts";
import { ChainStore } from "./chainStore.ts";

interface AuditState {
  /** Sequence of the last record received. */
  taken: number;
}

interface NumberedRecord {
  readonly seq: number;
  readonly record: AuditMessage;
}

/**
 * Numbers the records of all accounts of the shard in one sequence. The store writes the records in the same commit, so a
 * replay only counts them.
 */
const auditMachine: Machine<AuditState, never, AuditMessage, never, NumberedRecord> = {
  initial: () => ({ taken: 0 }),
  applyLocal: () => undefined,
  applyMessage: (state, _from, record, _now, effects) => effects.emit({ seq: ++state.taken, record }),
  journalForm: () => 1,
  save: (state) => state,
  load: (saved) => ({ taken: (saved as AuditState).taken }),
};

/** The database of a shard's region: that of the EU, if one is configured, or the common one. */
function databaseUrlOf(env: CoreEnv, shard: number): string {
  const own = regionOfShard(shard) === "eu" && env.DATABASE_URL_EU !== "none";
  return own ? env.DATABASE_URL_EU : env.DATABASE_URL;
}

/** One shard of the audit trail, named by its number: receives records from accounts and drains them to PostgreSQL. */
export class AuditShard extends DurableObject<CoreEnv> implements AuditShardRpc {
  readonly #actor: Actor<AuditState, never, AuditMessage, never, NumberedRecord>;
  readonly #alarms: AlarmClock;
  readonly #store: ChainStore;
  readonly #databaseUrl: string;
  readonly #kept: CheckpointStore;
  readonly #checkpoints: Checkpoints;
  readonly #drain: AuditDrain;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    const shard = Number(ctx.id.name);
    if (!Number.isInteger(shard)) throw new Error("an audit shard is named by its number");
    const address = auditAddress(shard);
    const log: Log = (...call) => logEvent(address, ...call);
    const finder = (scope: string) => (kind: string | null, facts: Record<string, unknown>) =>
      this.#actor.reportFindings(scope, kind === null ? [] : [{ kind, key: kind, facts }]);
    const armBy = (waitMs: number) => this.#alarms.armBy(Date.now() + waitMs);
    this.#databaseUrl = databaseUrlOf(env, shard);
    const database = openAuditDatabase(this.#databaseUrl, env.NEON_FETCH_ENDPOINT);
    this.#alarms = new AlarmClock(ctx.storage, () => this.#arm());
    this.#store = new ChainStore(ctx.storage, shard);
    this.#kept = new CheckpointStore(ctx.storage.sql);
    this.#checkpoints = new Checkpoints({
      shard,
      log,
      reportFinding: finder("checkpoint"),
      armBy,
      store: this.#kept,
      signer: () => openSigner(env.AUDIT_SIGNING_KEY),
      drained: () => this.#store.drained,
      head: () => database.head(shard),
      ensureMonths: () => database.ensureMonths(),
      send: (waiting) => database.addCheckpoints(shard, waiting),
      now: () => Date.now(),
    });
    this.#drain = new AuditDrain({
      log,
      reportFinding: finder("drain"),
      armBy,
      hasUndrained: () => this.#store.hasUndrained,
      nextBatch: (eventsMax, bytesMax) => this.#store.nextBatch(eventsMax, bytesMax),
      append: (batch) => database.append(batch),
      hashAt: (seq) => this.#store.hashAt(seq),
      dropThrough: (through) => this.#store.dropThrough(through),
      checkpointDue: () => this.#checkpoints.due,
      afterBatch: () => this.#checkpoints.signIfDue(),
      after: (ms, run) => void setTimeout(run, ms),
      random: Math.random,
    });
    this.#actor = new Actor(address, auditMachine, {
      storage: ctx.storage,
      now: () => Date.now(),
      random: Math.random,
      deliver: () => Promise.reject(new Error("an audit shard sends no messages")),
      // Accounts wait for nothing but the acknowledgement.
      mayWait: () => true,
      armBy: (at) => this.#alarms.armBy(at),
      persist: ({ seq, record }) => this.#store.append(seq, record),
      writePersisted: () => this.#store.write(),
      committed: () => {
        this.#store.committed();
        this.#drain.schedule();
      },
      abort: (reason) => ctx.abort(reason),
      log,
    });
    this.#drain.schedule();
  }

  /** Takes records, as accounts of an earlier release send them. */
  deliver(envelope: Envelope<AuditMessage>): Promise<Envelope<never>> {
    return this.#actor.receive(envelope);
  }

  deliverTexts(envelope: Envelope<AuditMessage>): Promise<Envelope<never>> {
    return this.#actor.receive(envelope);
  }

  inspect(): Promise<ActorReport> {
    return Promise.resolve(this.#actor.report());
  }

  /** Compares cursors with an account. A shard sends no messages. */
  reconcile({ from }: ReconcileRequest): Promise<ReconcileResponse> {
    return Promise.resolve({ cursors: this.#actor.cursors(from), differing: [] });
  }

  status(): Promise<AuditStatus> {
    const { taken } = this.#actor.state;
    const drained = this.#store.drained?.seq ?? taken;
    const hash = this.#store.head?.hash ?? GENESIS_HEX;
    const { world: shards, eu: euShards } = auditShardCounts(this.env);
    return Promise.resolve({ taken, drained, lag: taken - drained, hash, shards, euShards });
  }

  checkpoints(limit: number): Promise<{ seq: number; jws: string }[]> {
    return Promise.resolve(this.#kept.newest(limit));
  }

  checkpointKeys(): Promise<CheckpointKey[]> {
    return Promise.resolve(this.#kept.keys());
  }

  journal(): Promise<AuditJournal> {
    const { drained, head } = this.#store;
    return Promise.resolve({ drained, taken: head, ...checkChain(this.ctx.storage.sql) });
  }

  verify(after: number, limit: number): Promise<VerifiedPage> {
    const own = {
      shard: Number(this.ctx.id.name),
      reader: openTrailReader(this.#databaseUrl, this.env.NEON_FETCH_ENDPOINT),
      keys: this.#kept.keys(),
      drained: () => this.#store.drained,
      end: () => ({ drained: this.#store.drained?.seq ?? 0, taken: this.#actor.state.taken }),
    };
    return verifyPage(own, after, limit, Date.now());
  }

  waitingEvents(accountId: AccountId, limit: number): Promise<TrailEvent[]> {
    return Promise.resolve(this.#store.undrainedOf(accountId, limit));
  }

  drainedEvents(accountId: AccountId, after: number, limit: number): Promise<TrailEvent[]> {
    const trail = openAccountTrail(this.#databaseUrl, this.env.NEON_FETCH_ENDPOINT);
    return trail.events(Number(this.ctx.id.name), accountId, after, limit);
  }

  search(filter: TrailFilter): Promise<FoundEvent[] | null> {
    return openTrailSearch(this.#databaseUrl, this.env.NEON_FETCH_ENDPOINT).search(filter);
  }

  override alarm(): void {
    this.#alarms.fired();
    this.#drain.schedule();
    this.#arm();
  }

  /** Sets the alarm for every reason that there is. */
  #arm(): void {
    this.#drain.arm();
    this.#checkpoints.arm();
  }
}
