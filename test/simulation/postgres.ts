import { GENESIS_HEX } from "../../db/auditChain.ts";
import { FIELD_SEPARATOR, LINE_SEPARATOR } from "../../protocol/audit/line.ts";

/**
 * PostgreSQL as the audit writer sees it through Neon's driver: one statement at a time, taken as a whole or not at all,
 * and an answer that may not come. Stands in for the package `@neondatabase/serverless`, and knows the writer's statements.
 */

type Row = Readonly<Record<string, unknown>>;

/** An event of a shard's chain as it was written: its line, and its hash in hex. */
export interface WrittenEvent {
  readonly seq: number;
  readonly line: string;
  readonly hash: string;
}

interface Shard {
  head: { seq: number; hash: string } | null;
  readonly events: WrittenEvent[];
  readonly checkpoints: Map<number, string>;
}

interface Server {
  /** The statement arrives, in its time: it is run or refused, and its answer may be lost. */
  reach(run: () => Row[]): Promise<Row[]>;
}

export class Postgres {
  readonly shards = new Map<number, Shard>();
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  query(text: string, params: readonly unknown[]): Promise<Row[]> {
    return this.#server.reach(() => this.#run(text, params));
  }

  shard(number: number): Shard {
    let shard = this.shards.get(number);
    if (shard === undefined) this.shards.set(number, (shard = { head: null, events: [], checkpoints: new Map() }));
    return shard;
  }

  #run(text: string, params: readonly unknown[]): Row[] {
    const shard = this.shard(Number(params[0]));
    if (text.includes("insert into audit_events")) return [append(shard, params)];
    if (text.includes("insert into audit_checkpoints")) {
      const [seqs, texts] = [params[1] as string[], params[2] as string[]];
      for (const [nth, seq] of seqs.entries()) {
        if (!shard.checkpoints.has(Number(seq))) shard.checkpoints.set(Number(seq), texts[nth] ?? "");
      }
      return [];
    }
    if (text.includes("from audit_heads")) {
      const rowHash = shard.events.find(({ seq }) => seq === shard.head?.seq)?.hash ?? null;
      return shard.head === null ? [] : [{ ...shard.head, row_hash: rowHash }];
    }
    if (text.includes("audit_ensure_months")) return [];
    throw new Error(`the model does not know: ${text}`);
  }
}

/** The head moves only from where the batch begins; then the rows are written with it. */
function append(shard: Shard, params: readonly unknown[]): Row {
  const [, afterSeq, afterHash, lastSeq, lastHash, lines] = params as [number, number, string, number, string, string];
  const { head } = shard;
  const moves = head === null ? afterHash === GENESIS_HEX : head.seq === afterSeq && head.hash === afterHash;
  if (!moves) return { written: false, seq: head?.seq ?? null, hash: head?.hash ?? null };
  for (const text of lines.split(LINE_SEPARATOR)) {
    const end = text.lastIndexOf(FIELD_SEPARATOR);
    const seq = Number(text.split(FIELD_SEPARATOR, 2)[1]);
    shard.events.push({ seq, line: text.slice(0, end), hash: text.slice(end + 1) });
  }
  shard.head = { seq: lastSeq, hash: lastHash };
  // A statement sees the table as it was before it.
  return { written: true, seq: head?.seq ?? null, hash: head?.hash ?? null };
}

let current: Postgres | null = null;

/** From here on every connection leads to this database. */
export function connectTo(database: Postgres): void {
  current = database;
}

/** As the driver's: a client of the database. */
export function neon(_url: string) {
  return {
    query: async (text: string, params: readonly unknown[]): Promise<Row[]> => {
      if (current === null) throw new Error("no database");
      return await current.query(text, params);
    },
  };
}

/** As the driver's. */
export const neonConfig: { fetchEndpoint?: string } = {};

/** As the driver's; nothing here fails with one. */
export class NeonDbError extends Error {
  code: string | undefined;
}
