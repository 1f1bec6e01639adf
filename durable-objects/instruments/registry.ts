import { changedInstrument } from "../../domain/market/instrumentChange.ts";
import type { InstrumentChange } from "../../domain/market/instrumentChange.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import { type PlanLimitsPorts, PlanLimitsTable } from "./planLimits.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { DecidedInstrument, InstrumentOutcome, ListedInstruments } from "../../protocol/rpc/instrumentRegistry.ts";

/** What the registry needs of its object. */
export interface RegistryPorts extends PlanLimitsPorts {
  /** Sends an instrument to its book, and returns the version that is in force there. */
  tellBook(instrument: Instrument): Promise<number>;
  armBy(at: number): void;
  /** Whether this exchange follows a feed. */
  readonly hasFeed: boolean;
  readonly log: Log;
}

/** A book that could not be reached gets the decision again after this time. */
const RETRY_MS = 5_000;

/**
 * The list of instruments as a journal of decisions. A row is the whole instrument; only its mark `in_force` changes. A
 * decision is in force when its book has it in its own journal, and only then others see it. So no account sends an order
 * that it decided by a new instrument to a book that does not have that instrument.
 */
export class Registry {
  readonly #ports: RegistryPorts;
  readonly plans: PlanLimitsTable;
  /** The call to a book that is in progress, by symbol. One at a time: an older version never follows a newer one. */
  readonly #telling = new Map<string, Promise<void>>();

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
    this.plans = new PlanLimitsTable(ports);
    ports.storage.sql.exec(`CREATE TABLE IF NOT EXISTS instrument_decision (
      version INTEGER PRIMARY KEY,
      symbol TEXT NOT NULL,
      decided_at INTEGER NOT NULL,
      decided_by TEXT NOT NULL,
      body TEXT NOT NULL,
      in_force INTEGER NOT NULL DEFAULT 0)`);
    if (this.#waiting().length > 0) ports.armBy(ports.now() + RETRY_MS);
  }

  /** The instruments in force, and the limits of plans; null if the list is still that of `revision`. */
  since(revision: number): ListedInstruments | null {
    const [row] = this.#rows("SELECT count(*) AS revision FROM instrument_decision WHERE in_force = 1");
    const current = Number(row?.["revision"]) + this.plans.revision;
    if (current === revision) return null;
    const instruments = this.#instruments(
      `SELECT body FROM instrument_decision WHERE version IN
         (SELECT max(version) FROM instrument_decision WHERE in_force = 1 GROUP BY symbol) ORDER BY symbol`,
    );
    return { revision: current, instruments, plans: this.plans.list() };
  }

  /** The newest decision about a symbol, in force or not. */
  decided(symbol: string): DecidedInstrument | null {
    const [row] = this.#rows(
      "SELECT body, in_force FROM instrument_decision WHERE symbol = ? ORDER BY version DESC LIMIT 1",
      symbol,
    );
    return row === undefined ? null : { instrument: instrumentOf(row), inForce: row["in_force"] === 1 };
  }

  /** Decides a change, and waits until its book has it. If the book cannot be reached, `retry` repeats it. */
  async change(change: InstrumentChange, by: string): Promise<InstrumentOutcome> {
    const ports = this.#ports;
    const { storage } = ports;
    const wantsFeed = change.kind === "change" && change.priceSource === "feed";
    if (wantsFeed && !ports.hasFeed) return { ok: false, refusal: { reason: "no_feed" } };
    const decided = storage.transactionSync(() => {
      const current = this.decided(change.symbol)?.instrument ?? SEEDED.find(change.symbol);
      const [row] = this.#rows("SELECT coalesce(max(version), 0) + 1 AS version FROM instrument_decision");
      const next = changedInstrument(current, change, Number(row?.["version"]));
      if ("reason" in next) return next;
      storage.sql.exec(
        "INSERT INTO instrument_decision (version, symbol, decided_at, decided_by, body) VALUES (?, ?, ?, ?, ?)",
        next.version,
        next.symbol,
        ports.now(),
        by,
        JSON.stringify(next),
      );
      ports.armBy(ports.now() + RETRY_MS);
      return next;
    });
    if ("reason" in decided) return { ok: false, refusal: decided };
    await this.#tell(decided.symbol);
    return { ok: true, instrument: decided, inForce: this.#isInForce(decided.version) };
  }

  /** Sends each book the newest decision that it does not have. */
  async retry(): Promise<void> {
    await Promise.all(this.#waiting().map((symbol) => this.#tell(symbol)));
    if (this.#waiting().length > 0) this.#ports.armBy(this.#ports.now() + RETRY_MS);
  }

  /** Sends a book the newest decision, after the call that is in progress. */
  #tell(symbol: string): Promise<void> {
    const told = (this.#telling.get(symbol) ?? Promise.resolve()).then(() => this.#tellNow(symbol));
    this.#telling.set(symbol, told);
    return told.finally(() => {
      if (this.#telling.get(symbol) === told) this.#telling.delete(symbol);
    });
  }

  async #tellNow(symbol: string): Promise<void> {
    const ports = this.#ports;
    const newest = this.decided(symbol);
    if (newest === null || newest.inForce) return;
    try {
      const version = await ports.tellBook(newest.instrument);
      ports.storage.sql.exec(
        "UPDATE instrument_decision SET in_force = 1 WHERE symbol = ? AND version <= ? AND in_force = 0",
        symbol,
        version,
      );
    } catch (error) {
      ports.log("instrument.book_unreached", { symbol, error: String(error) });
    }
  }

  #waiting(): string[] {
    return this.#rows("SELECT DISTINCT symbol FROM instrument_decision WHERE in_force = 0").map((row) =>
      String(row["symbol"]),
    );
  }

  #isInForce(version: number): boolean {
    const [row] = this.#rows("SELECT in_force FROM instrument_decision WHERE version = ?", version);
    return row?.["in_force"] === 1;
  }

  #instruments(query: string): Instrument[] {
    return this.#rows(query).map(instrumentOf);
  }

  #rows(query: string, ...binds: (string | number)[]): Record<string, unknown>[] {
    return [...this.#ports.storage.sql.exec(query, ...binds)];
  }
}

function instrumentOf(row: Record<string, unknown>): Instrument {
  return JSON.parse(String(row["body"])) as Instrument;
}
