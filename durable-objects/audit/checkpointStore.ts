import { sha256Hex } from "../../db/auditChain.ts";
import type { StoredCheckpoint } from "../../db/auditWriter.ts";
import type { CheckpointKey } from "../../protocol/audit/checkpoint.ts";
import type { JournalStorage } from "../actor/journal.ts";
import type { OwnCheckpoint } from "./checkpoints.ts";

/** Checkpoints stored by the shard: a week of one a minute, about 5 MB. PostgreSQL has all of them. */
export const CHECKPOINTS_KEPT = 10_000;

/** The shard's checkpoints, newest last, and the public keys that verify them. */
export class CheckpointStore {
  readonly #sql: JournalStorage["sql"];
  // In memory, because every commit reads both.
  #last: OwnCheckpoint | null = null;
  #unsent: readonly StoredCheckpoint[];

  constructor(sql: JournalStorage["sql"]) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS checkpoints (seq INTEGER PRIMARY KEY, jws TEXT NOT NULL, at INTEGER NOT NULL,
         sent INTEGER NOT NULL);
       CREATE TABLE IF NOT EXISTS signing_keys (kid TEXT PRIMARY KEY, jwk TEXT NOT NULL)`,
    );
    const [row] = sql.exec("SELECT seq, jws, at FROM checkpoints ORDER BY seq DESC LIMIT 1");
    if (row !== undefined) this.#last = own(Number(row["seq"]), String(row["jws"]), Number(row["at"]));
    this.#unsent = [...sql.exec("SELECT seq, jws FROM checkpoints WHERE sent = 0 ORDER BY seq")].map(kept);
  }

  get last(): OwnCheckpoint | null {
    return this.#last;
  }

  /** The newest checkpoints, newest first. */
  newest(limit: number): StoredCheckpoint[] {
    return [...this.#sql.exec("SELECT seq, jws FROM checkpoints ORDER BY seq DESC LIMIT ?", limit)].map(kept);
  }

  /** Checkpoints that are not known to be in PostgreSQL, oldest first. */
  get unsent(): readonly StoredCheckpoint[] {
    return this.#unsent;
  }

  /** Adds a checkpoint and its public key, and deletes the oldest beyond CHECKPOINTS_KEPT. */
  keep(seq: number, jws: string, at: number, key: CheckpointKey): void {
    this.#sql.exec("INSERT INTO checkpoints (seq, jws, at, sent) VALUES (?, ?, ?, 0)", seq, jws, at);
    this.#sql.exec(
      "DELETE FROM checkpoints WHERE seq <= (SELECT seq FROM checkpoints ORDER BY seq DESC LIMIT 1 OFFSET ?)",
      CHECKPOINTS_KEPT,
    );
    this.#sql.exec(
      "INSERT OR IGNORE INTO signing_keys (kid, jwk) VALUES (?, ?)",
      key["kid"] ?? "",
      JSON.stringify(key),
    );
    this.#last = own(seq, jws, at);
    this.#unsent = [...this.#unsent, { seq, jws }];
  }

  markSent(through: number): void {
    this.#sql.exec("UPDATE checkpoints SET sent = 1 WHERE sent = 0 AND seq <= ?", through);
    this.#unsent = this.#unsent.filter(({ seq }) => seq > through);
  }

  /** Public keys of all signers of this shard. */
  keys(): CheckpointKey[] {
    return [...this.#sql.exec("SELECT jwk FROM signing_keys ORDER BY rowid")].map(
      ({ jwk }) => JSON.parse(String(jwk)) as CheckpointKey,
    );
  }
}

function own(seq: number, jws: string, at: number): OwnCheckpoint {
  return { seq, jws, at, digest: sha256Hex(jws) };
}

function kept(row: Record<string, unknown>): StoredCheckpoint {
  return { seq: Number(row["seq"]), jws: String(row["jws"]) };
}
