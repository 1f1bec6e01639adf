import type { AuditRecord } from "../../protocol/rpc.ts";
import { NodeStorage } from "./nodeStorage.ts";
import { running } from "./virtualTime.ts";
import type { Life, VirtualTime } from "./virtualTime.ts";

/** How likely each thing is to go wrong, from 0 to 1. */
export interface Faults {
  /** A request or an answer is lost on its way. */
  readonly drop: number;
  /** A request arrives twice. */
  readonly duplicate: number;
  /** A transaction cannot be written. */
  readonly diskError: number;
  /** A statement of the audit is not answered, written or not. */
  readonly databaseAway: number;
}

export const NO_FAULTS: Faults = { drop: 0, duplicate: 0, diskError: 0, databaseAway: 0 };

type Methods = Record<string, (...args: unknown[]) => unknown>;

interface Instance extends Life {
  readonly object: Methods;
}

interface Box {
  readonly address: string;
  readonly storage: NodeStorage;
  instance: Instance | null;
  alarmSetFor: number | null;
}

/** The class of each kind of object; the kind is what stands before the slash of an address. */
export type Classes = Readonly<Record<string, new (ctx: never, env: never) => object>>;

/** After this the caller of a lost request or answer gets an error. */
const CALL_LOST_MS = 1_500;
/** Longest trip of a message, and longest time until a commit is durable. */
const TRIP_MS = 30;
const COMMIT_MS = 8;

/** Objects with the platform's manners on a bad day: one instance each, restarted by whoever calls, on a network that loses. */
export class World {
  faults: Faults = NO_FAULTS;
  crashes = 0;
  /** Rows of the audit database by `shard:seq`. */
  readonly rows = new Map<string, AuditRecord>();
  readonly time: VirtualTime;
  readonly #classes: Classes;
  readonly #blobBytesMax: number;
  readonly #boxes = new Map<string, Box>();

  constructor(time: VirtualTime, classes: Classes, blobBytesMax: number) {
    this.time = time;
    this.#blobBytesMax = blobBytesMax;
    this.#classes = classes;
  }

  /** Calls a method of an object over the network. `caller` null stands for a client. */
  call(caller: Life | null, address: string, method: string, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const lost = this.time.after(CALL_LOST_MS, () => {
        if (caller?.alive !== false) reject(new Error(`no answer from ${address}`));
      });
      const answer = (settle: () => void) => {
        this.time.cancel(lost);
        if (caller?.alive !== false) settle();
      };
      // Only mail is sent twice: a client that repeats itself waits for its answer first.
      const copies = method === "deliver" && this.time.chance(this.faults.duplicate) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        this.#travel(() => this.#arrive(address, method, structuredClone(args), resolve, reject, answer));
      }
    });
  }

  /** Kills the instance of an object, as `kill -9` would: it stops where it waits, and only what was durable stays. */
  crash(address: string): void {
    const box = this.#boxes.get(address);
    if (box === undefined || box.instance === null) return;
    this.crashes++;
    box.instance.alive = false;
    box.instance = null;
    box.storage.crash();
    this.#watchAlarm(box);
  }

  addresses(): string[] {
    return [...this.#boxes.keys()];
  }

  storage(address: string): NodeStorage {
    return this.#box(address).storage;
  }

  /** Takes rows of the audit like PostgreSQL would, if it is there; a row that is there already is left alone. */
  async write(shard: number, rows: readonly { readonly seq: number; readonly record: AuditRecord }[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.time.pick(TRIP_MS)));
    const away = this.time.chance(this.faults.databaseAway);
    if (away && this.time.chance(0.5)) throw new Error("database away");
    for (const { seq, record } of rows) {
      if (!this.rows.has(`${shard}:${seq}`)) this.rows.set(`${shard}:${seq}`, record);
    }
    if (away) throw new Error("database went away before it could answer");
  }

  close(): void {
    for (const box of this.#boxes.values()) {
      this.crash(box.address);
      box.storage.close();
    }
  }

  #travel(arrive: () => void): void {
    if (!this.time.chance(this.faults.drop)) this.time.after(this.time.pick(TRIP_MS), arrive);
  }

  #arrive(
    address: string,
    method: string,
    args: unknown[],
    resolve: (result: unknown) => void,
    reject: (error: unknown) => void,
    answer: (settle: () => void) => void,
  ): void {
    const box = this.#box(address);
    const home = (settle: () => void) => {
      // What an instance says leaves only when what it has written is durable.
      if (box.instance === instance) box.storage.whenDurable(() => this.#travel(() => answer(settle)));
    };
    const instance = this.#start(box);
    void running.run(instance, async () => {
      try {
        const result = structuredClone(await instance.object[method]?.(...args));
        home(() => resolve(result));
      } catch (error) {
        home(() => reject(new Error(String(error))));
      }
    });
  }

  #box(address: string): Box {
    let box = this.#boxes.get(address);
    if (box === undefined) {
      const made: Box = {
        address,
        storage: new NodeStorage(
          (commit) => this.time.after(this.time.pick(COMMIT_MS), commit),
          () => this.#watchAlarm(made),
          this.#blobBytesMax,
        ),
        instance: null,
        alarmSetFor: null,
      };
      box = made;
      this.#boxes.set(address, box);
    }
    return box;
  }

  #start(box: Box): Instance {
    if (box.instance !== null) return box.instance;
    const kind = box.address.slice(0, box.address.indexOf("/"));
    const Class = this.#classes[kind];
    if (Class === undefined) throw new Error(`no such object: ${box.address}`);
    const life: Life = { alive: true };
    // The constructor sends mail already, so the life that sends it must be there before the object is.
    const object = running.run(life, () => new Class(this.#context(box, life) as never, this.#env(box, life) as never));
    const instance = Object.assign(life, { object: object as Methods });
    if (life.alive) box.instance = instance;
    return instance;
  }

  #context(box: Box, life: Life) {
    const { storage } = box;
    const alone = <T>(work: () => T): T => {
      if (!life.alive) throw new Error("this instance is dead");
      return work();
    };
    return {
      id: { name: box.address.slice(box.address.indexOf("/") + 1) },
      abort: () => {
        // Whether writes before an abort survive it is not promised: try both.
        if (this.time.chance(0.5)) storage.commit();
        this.crash(box.address);
      },
      storage: {
        sql: {
          exec: (query: string, ...binds: string[]) => {
            if (query.startsWith("INSERT") && this.time.chance(this.faults.diskError)) throw new Error("disk error");
            return alone(() => storage.exec(query, ...binds));
          },
        },
        transactionSync: <T>(work: () => T) => alone(() => storage.transactionSync(work)),
        sync: () => new Promise<void>((resolve) => storage.whenDurable(resolve)),
        setAlarm: (at: number) => Promise.resolve(alone(() => storage.setAlarm(at))),
      },
    };
  }

  #env(box: Box, life: Life) {
    const objects = (kind: string) => ({
      getByName: (name: string) =>
        new Proxy(
          {},
          {
            get:
              (_target, method) =>
              (...args: unknown[]) => {
                const sent = structuredClone(args);
                return new Promise((resolve, reject) => {
                  // So does what it asks of others: a dead instance's waiting is forgotten with its writes.
                  box.storage.whenDurable(() => {
                    this.call(life, `${kind}/${name}`, String(method), sent).then(resolve, reject);
                  });
                });
              },
          },
        ),
    });
    const namespaces = { ACCOUNT: objects("account"), ORDER_BOOK: objects("book"), AUDIT_SHARD: objects("audit") };
    return { ...namespaces, AUDIT_SHARDS: "2", DATABASE_URL: "", NEON_FETCH_ENDPOINT: "" };
  }

  /** Rings a durable alarm at its time: at least once, again when its handler fails or the object dies under it. */
  #watchAlarm(box: Box): void {
    const { alarm } = box.storage;
    if (alarm === null || alarm === box.alarmSetFor) return;
    box.alarmSetFor = alarm;
    this.time.after(alarm - this.time.now + this.time.pick(TRIP_MS), () => {
      if (box.alarmSetFor !== alarm) return;
      box.alarmSetFor = null;
      if (box.storage.alarm !== alarm) return this.#watchAlarm(box);
      const instance = this.#start(box);
      box.storage.setAlarm(null);
      void running.run(instance, async () => {
        try {
          await instance.object["alarm"]?.();
        } catch {
          if (instance.alive) box.storage.setAlarm(this.time.now + 1_000);
        }
      });
    });
  }
}
