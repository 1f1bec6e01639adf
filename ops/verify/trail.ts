/** Reads the audit trail from PostgreSQL: first from its beginning, then new events. */
import type { Client } from "pg";
import type { ChainPosition } from "../../db/auditWriter.ts";
import { AccountsVerifier } from "../../db/verify/accounts.ts";
import { ChainVerifier } from "../../db/verify/chain.ts";
import { CheckpointChain } from "../../db/verify/checkpoints.ts";
import type { ReadCheckpoint } from "../../db/verify/checkpoints.ts";
import { CHAIN_ORDER, FIRST_PLACE, STORED_EVENT, fieldsOf, storedEvent } from "../../db/verify/rows.ts";
import type { StoredEvent } from "../../db/verify/rows.ts";
import { chainStart } from "../../db/verify/start.ts";
import { PageCursor, TextConnection } from "./cursor.ts";

/** Rows of one page: sixteen shards with two pages each stay under 25 MB. */
const PAGE_ROWS = 1_000;
const CHECKPOINT_ROWS = 200;

/** One database of the trail: the main one, or that of the EU. */
interface Store {
  readonly database: TextConnection;
  /** The source of events: the live table, and the archived months. */
  from: string;
}

/** The state of reading one shard. */
export interface ShardReading {
  readonly shard: number;
  readonly store: Store;
  readonly chain: ChainVerifier;
  readonly checkpoints: CheckpointChain;
  /** Sequence and text of the last checkpoint that was read. */
  lastCheckpoint: { seq: number; jws: string } | null;
  /** The row of audit_heads in the last snapshot. */
  head: ChainPosition | null;
}

/** Reads and verifies the whole trail in one snapshot of each database, and later additions in further snapshots. */
export class Trail {
  readonly accounts = new AccountsVerifier();
  readonly shards = new Map<number, ShardReading>();
  readonly #stores: readonly Store[];
  readonly #read: ReadCheckpoint;

  constructor(clients: readonly Client[], read: ReadCheckpoint) {
    this.#stores = clients.map((client) => ({ database: new TextConnection(client), from: "public.audit_events" }));
    this.#read = read;
  }

  get events(): number {
    return [...this.shards.values()].reduce((sum, { chain }) => sum + chain.events, 0);
  }

  /**
   * Reads new events and calls `each` with every one. `own` are positions that the shards reported before. Rejects when
   * a database is unavailable.
   */
  async round(own: ReadonlyMap<number, ChainPosition>, each: () => void): Promise<void> {
    try {
      const sources: Source[] = [];
      for (const store of this.#stores) sources.push(...(await this.#snapshot(store, own)));
      await this.#merge(sources, each);
      for (const { checkpoints } of sources) await checkpoints(Number.POSITIVE_INFINITY);
    } finally {
      for (const { database } of this.#stores) await database.rows("commit").catch(() => {});
    }
  }

  /** Begins a snapshot of a database's shards. */
  async #snapshot(store: Store, own: ReadonlyMap<number, ChainPosition>): Promise<Source[]> {
    await store.database.rows("begin isolation level repeatable read read only");
    // The order of a chain is that of the primary key. Sorting every month for each shard would be far too slow.
    await store.database.rows("set local enable_sort = off; set local enable_seqscan = off; set local jit = off");
    await this.#archive(store);
    const heads = await this.#heads(store);
    const sources: Source[] = [];
    for (const shard of await this.#shardsThere(store)) {
      const reading = this.shards.get(shard) ?? (await this.#open(store, shard));
      if (reading.store !== store) {
        reading.chain.report(reading.chain.last.seq, null, "extra", "the shard is in both databases");
        continue;
      }
      reading.head = heads.get(shard) ?? null;
      const place = own.get(shard);
      if (place !== undefined && place.seq > 0) reading.chain.expect({ ...place, source: "the shard itself" });
      sources.push(this.#source(reading));
    }
    return sources;
  }

  /** The id of the event at a sequence; null without one. */
  async eventId(shard: number, seq: number): Promise<string | null> {
    const store = this.shards.get(shard)?.store;
    if (store === undefined) return null;
    const query = `select event_id::text from ${store.from} as event where shard = ${shard} and seq = ${seq} limit 1`;
    const [row] = await store.database.rows(query);
    return row?.[0] ?? null;
  }

  /** Adds archived months, if they are still in this database. */
  async #archive(store: Store): Promise<void> {
    const months = await store.database
      .rows(`select format('%I.%I', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where nspname = 'audit_archive' and relkind = 'p' and has_table_privilege(pg_class.oid, 'select') order by 1`);
    const tables = ["public.audit_events", ...months.map(([name]) => name ?? "")];
    const parts = tables.map((table) => `select * from ${table}`);
    store.from = parts.length === 1 ? "public.audit_events" : `(${parts.join(" union all ")})`;
  }

  async #heads({ database }: Store): Promise<Map<number, ChainPosition>> {
    const rows = await database.rows("select shard::text, seq::text, encode(hash, 'hex') from audit_heads");
    return new Map(rows.map(([shard, seq, hash]) => [Number(shard), { seq: Number(seq), hash: hash ?? "" }]));
  }

  /** Every shard with events, a head or checkpoints, valid or not. */
  async #shardsThere({ database, from }: Store): Promise<number[]> {
    const rows = await database.rows(`with recursive there as (
        select min(shard) as shard from ${from} as event
        union all
        select (select min(shard) from ${from} as event where event.shard > there.shard) from there
        where there.shard is not null
      )
      select shard::text from there where shard is not null
      union select shard::text from audit_heads union select shard::text from audit_checkpoints`);
    return rows.map(([shard]) => Number(shard)).sort((a, b) => a - b);
  }

  async #open(store: Store, shard: number): Promise<ShardReading> {
    const [first] = await store.database.rows(
      `select ${STORED_EVENT} from ${store.from} as event where event.shard = ${shard} order by ${CHAIN_ORDER} limit 1`,
    );
    const event = first === undefined ? null : eventOf(first);
    const [covering] = await store.database.rows(
      `select jws from audit_checkpoints where shard = ${shard} and seq >= ${(event?.seq ?? 1) - 1} order by seq limit 1`,
    );
    const signed = covering?.[0] === undefined || covering[0] === null ? null : await this.#read(covering[0]);
    const start = chainStart(event, typeof signed === "string" ? null : signed, Date.now());
    if (start.seq > 0) this.accounts.cut(shard);
    const chain = new ChainVerifier(shard, start);
    const checkpoints = new CheckpointChain(shard, this.#read);
    const reading: ShardReading = { shard, store, chain, checkpoints, lastCheckpoint: null, head: null };
    this.shards.set(shard, reading);
    return reading;
  }

  #source(reading: ShardReading): Source {
    const { shard, store, chain } = reading;
    const { readThrough } = chain;
    const after = readThrough === 0 ? `>= ${FIRST_PLACE}` : `> ${readThrough}`;
    const text = `select ${STORED_EVENT} from ${store.from} as event
      where event.shard = ${shard} and event.seq ${after} order by ${CHAIN_ORDER}`;
    const events = new PageCursor(store.database, `events_${shard}`, text, PAGE_ROWS);
    return { reading, events, checkpoints: this.#checkpoints(reading), page: [], next: 0, at: 0 };
  }

  /** Returns a function that reads checkpoints in pages and adds their positions to the chain, through a sequence. */
  #checkpoints(reading: ShardReading): (through: number) => Promise<void> {
    const { shard, store, chain, checkpoints, lastCheckpoint } = reading;
    const text = `select seq::text, jws from audit_checkpoints where shard = ${shard}
      and seq > ${lastCheckpoint?.seq ?? -1} order by audit_checkpoints.seq`;
    const cursor = new PageCursor(store.database, `checkpoints_${shard}`, text, CHECKPOINT_ROWS);
    let page: readonly (readonly (string | null)[])[] = [];
    let next = 0;
    return async (through) => {
      for (;;) {
        if (next === page.length) {
          [page, next] = [await cursor.next(), 0];
          if (page.length === 0) return;
        }
        const [seqText, jwsText] = page[next] ?? [];
        const [seq, jws] = [Number(seqText), jwsText ?? ""];
        if (seq > through) return;
        next++;
        reading.lastCheckpoint = { seq, jws };
        const { claims, wrong } = await checkpoints.next({ seq, jws });
        if (wrong !== null) chain.report(seq, null, "checkpoint", `the checkpoint of this event: ${wrong}`);
        else if (claims !== null) await this.#expect(reading, claims);
      }
    };
  }

  /** Checks a checkpoint that was written after its event was read: reads that event's hash again. */
  async #expect({ chain, shard, store }: ShardReading, { seq, hash }: ChainPosition): Promise<void> {
    if (chain.expect({ seq, hash, source: "its signed checkpoint" })) return;
    const query = `select encode(hash, 'hex') from ${store.from} as event where shard = ${shard} and seq = ${seq}`;
    const stored = await store.database.rows(query);
    if (stored.some(([there]) => there === hash)) return;
    chain.report(seq, null, "rewritten", "its signed checkpoint has another hash");
  }

  /** The events of all shards by time, so that the two sides of a trade are close together. */
  async #merge(sources: readonly Source[], each: () => void): Promise<void> {
    await Promise.all(sources.map(refill));
    for (;;) {
      let first: Source | null = null;
      for (const source of sources) {
        if (source.next < source.page.length && (first === null || source.at < first.at)) first = source;
      }
      const event = first?.page[first.next];
      if (first === null || event === undefined) return;
      first.reading.chain.add(event);
      this.accounts.add(first.reading.shard, event);
      each();
      if (++first.next === first.page.length) await refill(first);
      else first.at = timeOf(first.page[first.next]);
    }
  }
}

/** The remaining events of a shard in this snapshot. */
interface Source {
  readonly reading: ShardReading;
  readonly events: PageCursor;
  readonly checkpoints: (through: number) => Promise<void>;
  page: readonly StoredEvent[];
  /** The next event of the page, and its time. */
  next: number;
  at: number;
}

/** Loads the next page, and the checkpoints of its events. */
async function refill(source: Source): Promise<void> {
  source.page = (await source.events.next()).map(eventOf);
  source.next = 0;
  source.at = timeOf(source.page[0]);
  const last = source.page.at(-1);
  if (last !== undefined) await source.checkpoints(last.seq);
}

function timeOf(event: StoredEvent | undefined): number {
  return event === undefined ? 0 : Number(fieldsOf(event.line)("at"));
}

function eventOf([seq, line, hash]: readonly (string | null)[]): StoredEvent {
  return storedEvent(seq ?? "", line ?? "", hash ?? "");
}
