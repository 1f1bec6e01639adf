import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { NodeStorage } from "./nodeStorage.ts";
import { Arrivals, type Mail } from "./arrivals.ts";
import { Departures } from "./departures.ts";
import type { Faults } from "./faults.ts";
import { currentProcess } from "./virtualTime.ts";
import type { Process, Task, VirtualTime } from "./virtualTime.ts";

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** A running instance of an object; its address is kind and name. */
export interface Instance extends Process {
  readonly address: string;
  object: Methods;
  readonly departures: Departures;
}

/** The environment of an object. */
export interface ObjectEnvironment {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly totals: Totals;
  /** Largest blob that storage accepts. */
  readonly blobBytesMax: number;
  trace(line: string): void;
  /** Reports a broken rule. */
  broken(rule: string): void;
  construct(address: string, context: unknown, life: Instance): object;
}

/** Counters of a run. */
export interface Totals {
  events: number;
  calls: number;
  crashes: number;
  lost: number;
  late: number;
  duplicates: number;
  diskErrors: number;
  databaseErrors: number;
  clockJumps: number;
  /** Requests for orders and replaces. */
  orders: number;
  /** Batches of order commands. */
  batches: number;
  killSwitches: number;
  /** Requests for orders of paper accounts. */
  paperOrders: number;
  paperFills: number;
  fills: number;
  auctionFills: number;
  replaced: number;
  triggered: number;
  activated: number;
  restated: number;
  phases: number;
  uncrosses: number;
  halts: number;
  timeJumps: number;
  auditRows: number;
  streamEvents: number;
  looks: number;
  /** Transfers by what became of them. */
  posted: number;
  voided: number;
  expired: number;
}

export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Error };

/** Kinds of objects that are actors. */
const JOURNALLED = new Set(["account", "book", "audit", "transfers", "house", "paper-account", "paper-book"]);

/** Longest time until a commit is durable, and longest delay of an alarm. */
const COMMIT_MS = 8;
const ALARM_MS = 30;
/** Longest delay of a late alarm. */
const ALARM_LATE_MS = 2_500;
/** Delay of the repetition of an alarm whose handler failed or whose object died. */
const ALARM_AGAIN_MS = 1_000;
/** An envelope is answered within this time: the longest window and two commits are a tenth of it. */
const ANSWERED_MS = 1_000;
/** An object that dies while handling a request dies within this time. */
const WORK_MS = 12;

/**
 * One Durable Object under faults: at most one instance, started by the first request or alarm. Its storage and its alarm
 * survive it. Messages and responses leave only once all earlier writes are durable.
 */
export class SimulatedObject {
  readonly address: string;
  readonly storage: NodeStorage;
  /** Clock offset of its machine. */
  readonly clock = { skew: 0 };
  readonly arrivals = new Arrivals();
  /** When its instance started, by its own clock. */
  startedAt = 0;
  /** Until these times no row can be written, and no request arrives. */
  diskFullUntil = 0;
  cutOffUntil = 0;
  readonly #around: ObjectEnvironment;
  #instance: Instance | null = null;
  #alarm: { readonly at: number; readonly task: Task } | null = null;
  /** Until this time the platform does not repeat an alarm. */
  #noAlarmUntil = 0;

  constructor(address: string, around: ObjectEnvironment) {
    this.address = address;
    this.#around = around;
    const { time, faults } = around;
    this.storage = new NodeStorage(
      (commit) => time.after(faults.delay(`commit ${address}`, COMMIT_MS), commit),
      () => this.#watchAlarm(),
      around.blobBytesMax,
    );
  }

  get isCutOff(): boolean {
    return this.#around.time.now < this.cutOffUntil;
  }

  /** Number of rows ever written to its journal. */
  get rows(): number {
    const [made] = this.storage.read("SELECT name FROM sqlite_master WHERE name = 'history'");
    return made === undefined ? 0 : Number(this.storage.read("SELECT max(row) AS rows FROM history")[0]?.["rows"] ?? 0);
  }

  /** Handles a request. Calls `home` with the response when it may leave, or never. */
  handle(method: string, args: unknown[], home: (answer: Answer) => void): void {
    const { faults, time } = this.#around;
    if (faults.inject("crash at arrival", this.address)) this.crash("at arrival");
    const instance = this.#start();
    if (instance === null) return home({ ok: false, error: new Error("the object did not start") });
    if (faults.inject("crash at work", this.address)) {
      time.after(faults.delay(`work ${this.address}`, WORK_MS), () => {
        if (this.#instance === instance) this.crash("at work");
      });
    }
    const mail = this.arrivals.record(method, args);
    if (mail !== null) this.messagesArrived(args[0] as Envelope<unknown>);
    const arrivedAt = time.elapsed;
    void currentProcess.run(instance, async () => {
      let answer: Answer;
      try {
        answer = { ok: true, value: copy(await instance.object[method]?.(...args)) };
      } catch (error) {
        answer = { ok: false, error: new Error(String(error)) };
      }
      this.leave(instance, () => {
        if (mail !== null && answer.ok) this.#answered(instance, mail, answer.value as Envelope<unknown>, arrivedAt);
        home(answer);
      });
    });
  }

  /** Messages have arrived, in an envelope or in the reply to one. */
  messagesArrived(envelope: Envelope<unknown>): void {
    this.arrivals.messagesArrived(envelope, Math.floor(this.#around.time.now + this.clock.skew));
  }

  #answered(instance: Instance, mail: Mail, answer: Envelope<unknown>, arrivedAt: number): void {
    this.arrivals.answered(mail, answer);
    instance.departures.replied(mail.from, answer);
    const tookMs = this.#around.time.elapsed - arrivedAt;
    // A paper book reads the live one first, and the network may lose that.
    if (tookMs <= ANSWERED_MS || this.address.startsWith("paper-book/")) return;
    this.#around.broken(`AK-15: ${this.address} answers ${mail.from} within ${ANSWERED_MS} ms, not after ${tookMs}`);
  }

  /** Output gate: calls `then` once all writes of an instance are durable, never when it has died. */
  leave(instance: Instance, then: () => void): void {
    const { faults } = this.#around;
    if (this.#instance !== instance) return;
    if (faults.inject("crash before commit", this.address)) return this.crash("before commit");
    this.storage.whenDurable(() => {
      if (this.#instance !== instance) return;
      if (faults.inject("crash after commit", this.address)) return this.crash("after commit");
      then();
    });
  }

  /** Kills the instance like `kill -9`: it never continues, and only durable writes remain. */
  crash(when: string): void {
    if (this.#instance === null) return;
    this.#around.totals.crashes++;
    this.#around.trace(`${this.address} dies ${when}`);
    this.#instance.alive = false;
    this.#instance = null;
    this.arrivals.died();
    this.storage.crash();
    this.#watchAlarm();
  }

  /** Reschedules the alarm after the clock was set. */
  clockSet(): void {
    if (this.#alarm !== null) this.#around.time.cancel(this.#alarm.task);
    this.#alarm = null;
    this.#watchAlarm();
  }

  #start(): Instance | null {
    if (this.#instance !== null) return this.#instance;
    const { address, clock } = this;
    const life: Instance = { alive: true, clock, address, object: {}, departures: new Departures() };
    // The constructor may already send messages, so the process exists before the object.
    this.#instance = life;
    this.startedAt = this.#around.time.now + clock.skew;
    try {
      life.object = currentProcess.run(life, () =>
        this.#around.construct(address, this.#context(life), life),
      ) as Methods;
      this.#keepHistory();
    } catch (error) {
      this.#around.broken(`AK-1: an object starts from its journal: ${address}: ${String(error)}`);
      this.crash("starting");
    }
    return this.#instance === life ? life : null;
  }

  /** Copies every journal row into table `history`, for replays. A crash loses the same rows in both. */
  #keepHistory(): void {
    if (!JOURNALLED.has(this.address.split("/", 1)[0] ?? "")) return;
    this.storage.define(
      `CREATE TABLE IF NOT EXISTS history (row INTEGER PRIMARY KEY, body BLOB NOT NULL);
       CREATE TRIGGER IF NOT EXISTS keep_history AFTER INSERT ON journal
       BEGIN INSERT INTO history (row, body) VALUES (new.row, new.body); END`,
    );
  }

  #context(life: Instance) {
    const { storage, address } = this;
    const { faults, time, totals } = this.#around;
    const alone = <T>(work: () => T): T => {
      if (!life.alive) throw new Error("this instance is dead");
      return work();
    };
    const diskFails = (query: string) => {
      if (!query.startsWith("INSERT")) return false;
      return time.now < this.diskFullUntil || faults.inject("disk error", address);
    };
    return {
      id: { name: address.slice(address.indexOf("/") + 1) },
      abort: () => {
        if (!life.alive) return;
        // The platform does not specify whether writes before an abort survive: simulates both.
        if (faults.inject("abort keeps writes", address)) storage.commit();
        this.crash("of its own will");
      },
      storage: {
        sql: {
          exec: (query: string, ...binds: string[]) => {
            if (life.alive && diskFails(query)) {
              totals.diskErrors++;
              throw new Error("disk error");
            }
            return alone(() => storage.exec(query, ...binds));
          },
        },
        kv: {
          get: (key: string) => alone(() => storage.kv.get(key)),
          put: (key: string, value: unknown) => alone(() => storage.kv.put(key, value)),
        },
        transactionSync: <T>(work: () => T) => alone(() => storage.transactionSync(work)),
        sync: () => new Promise<void>((resolve) => storage.whenDurable(resolve)),
        setAlarm: (at: number) => Promise.resolve(alone(() => storage.setAlarm(at))),
        deleteAlarm: () => Promise.resolve(alone(() => storage.setAlarm(null))),
      },
    };
  }

  /** Runs a durable alarm at its time: at least once, again when its handler fails or the object dies. */
  #watchAlarm(): void {
    const { alarm } = this.storage;
    if (alarm === this.#alarm?.at || alarm === null || this.storage.alarmRuns) return;
    const { time, faults } = this.#around;
    const dueMs = Math.max(alarm - (time.now + this.clock.skew), this.#noAlarmUntil - time.now);
    const late = faults.inject("late alarm", this.address);
    const waitMs = dueMs + faults.delay(`alarm ${this.address}`, late ? ALARM_LATE_MS : ALARM_MS);
    const task = time.after(waitMs, () => {
      if (this.#alarm?.task !== task) return;
      this.#alarm = null;
      if (this.storage.alarm === alarm) this.#alarmStarts();
      else this.#watchAlarm();
    });
    this.#alarm = { at: alarm, task };
  }

  #alarmStarts(): void {
    const { time, faults } = this.#around;
    this.#around.trace(`${this.address} alarm`);
    const instance = this.#start();
    if (instance === null) return;
    this.#noAlarmUntil = time.now + ALARM_AGAIN_MS;
    this.storage.alarmStarts();
    if (faults.inject("crash at alarm", this.address)) return this.crash("at its alarm");
    void currentProcess.run(instance, async () => {
      try {
        await instance.object["alarm"]?.();
        if (!instance.alive) return;
        this.#noAlarmUntil = 0;
      } catch {
        if (!instance.alive) return;
        this.storage.setAlarm(time.now + this.clock.skew + ALARM_AGAIN_MS);
      }
      this.storage.alarmEnded();
    });
  }
}

/** Copies data like an RPC. Throws on values that cannot be sent. */
export function copy<T>(value: T): T {
  return copied(value) as T;
}

function copied(value: unknown): unknown {
  if (typeof value === "function") throw new Error("a function cannot be sent");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return structuredClone(value);
  const made: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) made[key] = copied(inner);
  return made;
}
