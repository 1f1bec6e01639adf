import { isEnvelope } from "./arrivals.ts";
import type { CalendarName } from "../../domain/market/phase.ts";
import type { ActorReport } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { ENVELOPE_TIMEOUT_MS } from "../../durable-objects/actor/limits.ts";
import { SimulatedObject, copy } from "./simulatedObject.ts";
import type { Answer, Instance, ObjectEnvironment, Totals } from "./simulatedObject.ts";
import type { Faults } from "./faults.ts";
import { Postgres } from "./postgres.ts";
import type { AcknowledgedAction } from "./adminActions.ts";
import type { AcknowledgedTransfers } from "./transferActions.ts";
import type { AccountStreamClient } from "./accountStreamClient.ts";
import type { MarketDataClient } from "./marketDataClient.ts";
import { currentProcess } from "./virtualTime.ts";
import { SHARDS } from "./shards.ts";
import type { VirtualTime } from "./virtualTime.ts";

/** Object classes by the first part of their address. */
export type Classes = Readonly<Record<string, new (ctx: never, env: never) => object>>;

type Row = Readonly<Record<string, unknown>>;

/** Timeout of a call whose request or response is lost. */
const CALL_LOST_MS = 1_500;
/** Longest latency of a message without faults and of a statement, and of a late message. */
export const LATENCY_MS = 30;
const LATE_MS = 25_000;
/** An envelope without an answer is given up between these times, and its call fails much later. */
const GIVEN_UP_FROM_MS = ENVELOPE_TIMEOUT_MS - 1_000;
const GIVEN_UP_MS = ENVELOPE_TIMEOUT_MS + 1_000;
const HANGS_MS = 4 * LATE_MS;
/** Timeout of a statement without a response. */
const STATEMENT_LOST_MS = 20_000;

/** A pending message leaves within this time of the reply to those before it, and how often that is looked at. */
const DEPARTS_MS = 300;
const DEPARTS_LOOKS = 3;
/** The same for messages that an envelope has left out: sooner than a back-off. */
const LEFT_OUT_MS = 40;

const NAMESPACES = {
  ACCOUNT: "account",
  PAPER_ACCOUNT: "paper-account",
  ORDER_BOOK: "book",
  PAPER_BOOK: "paper-book",
  AUDIT_SHARD: "audit",
  RELAY: "relay",
  TRANSFERS: "transfers",
  HOUSE_ACCOUNT: "house",
  TAPE: "tape",
  TAPE_INDEX: "tape-index",
  PRICE_BOARD: "price-board",
  APPROVALS: "administration",
} as const;

/** The platform of the objects. */
export interface Platform {
  readonly classes: Classes;
  /** Largest row that storage accepts. */
  readonly blobBytesMax: number;
  readonly calendar: CalendarName;
  /** Longest latency of a message. */
  readonly latencyMs: number;
}

/** Objects, a database, and a network between them that loses, delays, repeats and reorders. */
export class World {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly database: Postgres;
  readonly objects = new Map<string, SimulatedObject>();
  readonly totals: Totals;
  /** The first broken rule. */
  failure: string | null = null;
  databaseAwayUntil = 0;
  /** Targets of the time jumps. */
  readonly timeJumpTargets: number[] = [];
  /** Administrators' actions that books have acknowledged. */
  readonly acknowledgedActions: AcknowledgedAction[] = [];
  /** What administrators were told of transfers, withdrawals that clients were told of, and those whose owner was notified. */
  readonly acknowledgedTransfers: AcknowledgedTransfers = { decisions: new Map(), deposits: new Map() };
  readonly acknowledgedWithdrawals = new Set<string>();
  readonly notifiedWithdrawals = new Set<string>();
  /** Accounts whose opening was answered: others take no deposit. */
  readonly openAccounts = new Set<string>();
  /** Stream clients by account. */
  readonly accountClients = new Map<string, AccountStreamClient>();
  /** Market-data clients by relay. */
  readonly marketDataClients = new Map<string, MarketDataClient>();
  readonly calendar: CalendarName;
  readonly #latencyMs: number;
  readonly #trace: ((line: string) => void) | null;
  readonly #around: ObjectEnvironment;

  constructor(
    time: VirtualTime,
    faults: Faults,
    { classes, blobBytesMax, calendar, latencyMs }: Platform,
    totals: Totals,
    trace: ((line: string) => void) | null,
  ) {
    this.calendar = calendar;
    this.#latencyMs = latencyMs;
    this.time = time;
    this.faults = faults;
    this.totals = totals;
    this.#trace = trace;
    this.database = new Postgres({ reach: (run) => this.#reachDatabase(run) });
    this.#around = {
      time,
      faults,
      totals,
      blobBytesMax,
      trace: (line) => this.#trace?.(line),
      broken: (rule) => this.broken(rule),
      construct: (address, context, life) => {
        const Class = classes[address.slice(0, address.indexOf("/"))];
        if (Class === undefined) throw new Error(`no such object: ${address}`);
        return new Class(context as never, this.#env(life) as never);
      },
    };
  }

  trace(line: string): void {
    this.#trace?.(line);
  }

  /** Records a broken rule; only the first counts. */
  broken(rule: string): void {
    this.failure ??= `broken: ${rule}`;
  }

  object(address: string): SimulatedObject {
    let object = this.objects.get(address);
    if (object === undefined) this.objects.set(address, (object = new SimulatedObject(address, this.#around)));
    return object;
  }

  /** Calls a method over the network, for an object or, with null, for a client. */
  call(caller: Instance | null, address: string, method: string, args: unknown[]): Promise<unknown> {
    const way = `${caller?.address ?? "client"}>${address}.${method}`;
    this.totals.calls++;
    return new Promise((returned, refused) => {
      const hangs = caller !== null && isEnvelope(method) && this.faults.inject("late answer", way);
      const arrived = this.#sendEnvelope(caller, address, method, args, hangs);
      const resolve = (value: unknown) => (arrived(), returned(value));
      const reject = (error: Error) => (arrived(), refused(error));
      const lost = this.time.after(hangs ? HANGS_MS : CALL_LOST_MS, () => {
        if (caller?.alive !== false) reject(new Error(`no answer from ${address}`));
      });
      const home = (answer: Answer) => {
        if (this.faults.inject("lost answer", way)) {
          this.totals.lost++;
          this.#trace?.(`${way} answer lost`);
          return;
        }
        const tripMs = hangs ? CALL_LOST_MS + this.faults.delay(way, HANGS_MS) : this.faults.delay(way, this.#trip);
        this.time.after(tripMs, () => {
          if (lost.run === null || caller?.alive === false) return;
          this.time.cancel(lost);
          if (answer.ok && caller !== null && isEnvelope(method))
            this.#replyArrives(caller, args[0] as Envelope<unknown>, answer.value as Envelope<unknown>, hangs);
          if (answer.ok) resolve(answer.value);
          else reject(answer.error);
        });
      };
      // Only envelopes are duplicated: a client repeats a request only after it failed.
      const twice = isEnvelope(method) && this.faults.inject("duplicate", way);
      if (twice) this.totals.duplicates++;
      for (let left = twice ? 2 : 1; left > 0; left--) this.#travel(way, address, method, copy(args), home);
    });
  }

  close(): void {
    for (const object of this.objects.values()) {
      object.crash("at the end");
      object.storage.close();
    }
  }

  /** AK-16: an actor has one envelope in flight to a receiver. Returns what ends the flight. */
  #sendEnvelope(caller: Instance | null, to: string, method: string, args: unknown[], hangs: boolean): () => void {
    if (caller === null || !isEnvelope(method)) return () => undefined;
    const { departures, address } = caller;
    if (!departures.sent(to, args[0] as Envelope<unknown>))
      this.broken(`AK-16: ${address} has one envelope in flight to ${to}`);
    let end: (() => void) | null = () => departures.ended(to);
    const ended = (): void => {
      end?.();
      end = null;
    };
    if (hangs) {
      this.time.after(GIVEN_UP_FROM_MS, () => (end = end && departures.hangs(to)));
      this.time.after(GIVEN_UP_MS, ended);
    }
    return ended;
  }

  /** The reply to an envelope of `caller` arrives. */
  #replyArrives(caller: Instance, envelope: Envelope<unknown>, reply: Envelope<unknown>, late: boolean): void {
    this.object(caller.address).messagesArrived(reply);
    caller.departures.acknowledged(reply.from, reply.ack);
    // What is pending waits for the back-off, because the envelope was given up.
    if (late) return;
    this.#watchLeftOut(caller, envelope, reply);
    // Records for the audit trail gather.
    if (reply.from.startsWith("audit/")) return;
    // What a paper book is sent waits for a reading of the live book, and its next messages for the answer to that.
    if (caller.address.startsWith("paper-book/")) return;
    const { inspect } = caller.object as { inspect?: () => Promise<ActorReport> };
    void inspect?.call(caller.object).then(({ peers }) => {
      const cursors = peers.find(({ peer }) => peer === reply.from);
      // The next envelope waits for nobody else.
      if (cursors === undefined || reply.ack <= cursors.acknowledged || caller.departures.full) return;
      this.#watchNext(caller, reply.from, cursors.sent, DEPARTS_LOOKS);
    });
  }

  /** AK-16: what is pending through `sent` when a reply arrives begins to leave then. */
  #watchNext(caller: Instance, to: string, sent: number, looks: number): void {
    const { departures, address } = caller;
    const before = departures.envelopes(to);
    if (departures.leftThrough(to) >= sent) return;
    this.time.after(DEPARTS_MS / DEPARTS_LOOKS, () => {
      if (!caller.alive || departures.full || departures.envelopes(to) > before) return;
      if (looks > 1) return this.#watchNext(caller, to, sent, looks - 1);
      if (departures.leftThrough(to) >= sent) return;
      this.broken(`AK-16: ${address} sends ${to} its messages through ${sent} when a reply has arrived`);
    });
  }

  /** AK-17: what an envelope has left out and its receiver lacks leaves when the reply to it has arrived. */
  #watchLeftOut(caller: Instance, { first }: Envelope<unknown>, reply: Envelope<unknown>): void {
    const { from, ack } = reply;
    if (first <= ack + 1) return;
    const { departures, address } = caller;
    // A reply with commands arrives in a paper book when it has read the live book for them (PA-10).
    if (address.startsWith("paper-book/") && reply.messages.length > 0) return;
    const before = departures.envelopes(from);
    this.time.after(LEFT_OUT_MS, () => {
      if (!caller.alive || departures.full || departures.envelopes(from) > before) return;
      const { inspect } = caller.object as { inspect?: () => Promise<ActorReport> };
      void inspect?.call(caller.object).then(({ peers }) => {
        const cursors = peers.find(({ peer }) => peer === from);
        if (cursors === undefined || cursors.acknowledged > ack) return;
        this.broken(`AK-17: ${address} sends ${from} its messages from ${ack + 1} on, which a reply shows it lacks`);
      });
    });
  }

  get #trip(): number {
    return this.faults.disabled ? LATENCY_MS : this.#latencyMs;
  }

  #travel(way: string, address: string, method: string, args: unknown[], home: (answer: Answer) => void): void {
    const object = this.object(address);
    if (object.isCutOff || this.faults.inject("lost request", way)) {
      this.totals.lost++;
      this.#trace?.(`${way} lost`);
      return;
    }
    const late = this.faults.inject("late request", way);
    if (late) this.totals.late++;
    const latencyMs = this.faults.delay(way, late ? LATE_MS : this.#trip);
    this.time.after(latencyMs, () => {
      if (this.#trace !== null) this.#trace(`${way} ${summary(args)}`);
      object.handle(method, args, home);
    });
  }

  /** A statement passes the output gate like every message. */
  #reachDatabase(run: () => Row[]): Promise<Row[]> {
    const life = currentProcess.getStore() as Instance | undefined;
    return new Promise((resolve, reject) => {
      const send = () => {
        this.#statement(run).then(
          (rows) => life?.alive !== false && resolve(rows),
          (error: Error) => life?.alive !== false && reject(error),
        );
      };
      if (life === undefined) send();
      else this.object(life.address).leave(life, send);
    });
  }

  async #statement(run: () => Row[]): Promise<Row[]> {
    await this.time.sleep(this.faults.delay("database", LATENCY_MS));
    const fail = async (why: string): Promise<never> => {
      this.totals.databaseErrors++;
      this.#trace?.(`database: ${why}`);
      if (this.faults.delay("database", 2) === 1) {
        await this.time.sleep(this.faults.delay("database", STATEMENT_LOST_MS));
      }
      throw new Error(why);
    };
    if (this.time.now < this.databaseAwayUntil) return await fail("database away");
    if (this.faults.inject("database refuses", "database")) return await fail("database refuses");
    if (this.faults.inject("database late", "database")) {
      this.time.after(this.faults.delay("database", LATE_MS), run);
      return await fail("database slow");
    }
    const rows = run();
    this.#trace?.("database: written");
    if (this.faults.inject("database silent", "database"))
      return await fail("database went away before it could answer");
    return rows;
  }

  #env(life: Instance) {
    const object = this.object(life.address);
    const objects = (kind: string) => ({
      getByName: (name: string) =>
        new Proxy(
          {},
          {
            get:
              (_target, method) =>
              (...args: unknown[]) => {
                const sent = copy(args);
                return new Promise((resolve, reject) => {
                  // Calls pass the output gate; those of a dead instance are dropped.
                  object.leave(life, () => {
                    this.call(life, `${kind}/${name}`, String(method), sent).then(resolve, reject);
                  });
                });
              },
          },
        ),
    });
    const logins = objects("login");
    const namespaces = Object.fromEntries(Object.entries(NAMESPACES).map(([name, kind]) => [name, objects(kind)]));
    // A login is called by its parts.
    const login = (route: string) => ({
      notifications: {
        withdrawalRequested: (...args: unknown[]) =>
          methodsOf(logins.getByName(route))["withdrawalRequested"]?.(...args),
      },
    });
    const follower = (accountId: string) => this.accountClients.get(accountId);
    const texts = { AUDIT_SHARDS: String(SHARDS), DATABASE_URL: "", NEON_FETCH_ENDPOINT: "", AUDIT_SIGNING_KEY: "" };
    const secrets = { PII_MASTER_KEYS };
    const viewer = (relay: string) => this.marketDataClients.get(relay);
    const { notifiedWithdrawals, calendar } = this;
    return {
      ...namespaces,
      ...texts,
      ...secrets,
      IDENTITY: { getByName: login },
      MARKET_CALENDAR: calendar,
      notifiedWithdrawals,
      follower,
      viewer,
    };
  }
}

/** Encrypts client info; the same in every run. */
const PII_MASTER_KEYS = JSON.stringify({ current: "k1", keys: { k1: btoa("0".repeat(32)) } });

function methodsOf(stub: object): Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>> {
  return stub as never;
}

/** Longest text of a message in a trace. */
const SUMMARY_LENGTH = 160;

function summary(args: readonly unknown[]): string {
  const text = (_key: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
  return JSON.stringify(args, text).slice(0, SUMMARY_LENGTH);
}
