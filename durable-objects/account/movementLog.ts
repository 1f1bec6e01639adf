import type { Activity } from "../../domain/account/activities/activity.ts";
import { endOfTradingDay, tradingDayOf } from "../../domain/market/session.ts";
import {
  MovementSum,
  readMovement,
  saveMovement,
  type SavedMovement,
} from "../../domain/portfolio/history/movement.ts";
import { addActivity } from "./activityMovements.ts";
import { decodeRow, encodeRow } from "../actor/rowCodec.ts";

type Sql = Pick<SqlStorage, "exec">;

/** Symbols and kinds of flows in one page: 100 bytes each, far under the 32 MiB of an RPC. */
export const MOVEMENTS_PAGE_MAX = 20_000;

/** The movements of days, oldest first, and the day at which the next page begins; null at the end. */
export interface MovementsPage {
  readonly movements: readonly SavedMovement[];
  readonly next: number | null;
}

/**
 * What has changed in an account on each trading day, as sums of its activities. A day without changes has no row. What is
 * written together is a row; the rows of a day are merged when a later day is written.
 */
export class MovementLog {
  readonly #sql: Sql;
  /** The sums that are not written, oldest first. Mostly one: that of today. */
  #unwritten: MovementSum[] = [];
  #dayEnd = 0;
  /** The day of the newest row, and its number there; null until it is read. */
  #newest: { readonly day: number; readonly part: number } | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS movements (
         day INTEGER NOT NULL,
         part INTEGER NOT NULL,
         body BLOB NOT NULL,
         PRIMARY KEY (day, part)
       )`,
    );
  }

  /** Adds the next activity. */
  add(activity: Activity): void {
    let sum = this.#unwritten.at(-1);
    if (sum === undefined || activity.at >= this.#dayEnd) {
      this.#dayEnd = endOfTradingDay(activity.at);
      this.#unwritten.push((sum = new MovementSum(tradingDayOf(activity.at))));
    }
    addActivity(sum, activity);
  }

  /** Writes what was added. */
  write(): void {
    const sums = this.#unwritten;
    this.#unwritten = [];
    for (const sum of sums) if (sum.size > 0) this.#insert(sum);
  }

  /** The movements of days from one on. */
  from(day: number, limit = MOVEMENTS_PAGE_MAX): MovementsPage {
    const movements: SavedMovement[] = [];
    let size = 0;
    for (const sum of this.#days(day)) {
      if (size > 0 && size + sum.size > limit) return { movements, next: sum.at };
      size += sum.size;
      movements.push(saveMovement(sum.movement()));
    }
    return { movements, next: null };
  }

  *#days(from: number): Generator<MovementSum> {
    let open: MovementSum | null = null;
    const rows = this.#sql.exec("SELECT day, body FROM movements WHERE day >= ? ORDER BY day, part", from);
    for (const row of rows) {
      const day = Number(row["day"]);
      if (open !== null && open.at !== day) {
        yield open;
        open = null;
      }
      open ??= new MovementSum(day);
      open.add(readMovement(decodeRow(bytesOf(row["body"])) as SavedMovement));
    }
    for (const sum of this.#unwritten) {
      if (sum.at < from) continue;
      if (open !== null && open.at !== sum.at) {
        yield open;
        open = null;
      }
      open ??= new MovementSum(sum.at);
      open.add(sum.movement());
    }
    if (open !== null && open.size > 0) yield open;
  }

  #insert(sum: MovementSum): void {
    this.#newest ??= this.#readNewest();
    const { day, part } = this.#newest;
    if (day < sum.at && part > 1) this.#merge(day);
    this.#newest = { day: sum.at, part: day === sum.at ? part + 1 : 1 };
    // A copy: the codec writes its next row over this one.
    const body = Uint8Array.from(encodeRow(saveMovement(sum.movement()))).buffer;
    this.#sql.exec("INSERT INTO movements (day, part, body) VALUES (?, ?, ?)", sum.at, this.#newest.part, body);
  }

  #merge(day: number): void {
    const whole = new MovementSum(day);
    for (const row of this.#sql.exec("SELECT body FROM movements WHERE day = ? ORDER BY part", day)) {
      whole.add(readMovement(decodeRow(bytesOf(row["body"])) as SavedMovement));
    }
    this.#sql.exec("DELETE FROM movements WHERE day = ?", day);
    const body = Uint8Array.from(encodeRow(saveMovement(whole.movement()))).buffer;
    this.#sql.exec("INSERT INTO movements (day, part, body) VALUES (?, 1, ?)", day, body);
  }

  #readNewest(): { readonly day: number; readonly part: number } {
    const [row] = this.#sql.exec("SELECT day, part FROM movements ORDER BY day DESC, part DESC LIMIT 1");
    return row === undefined ? { day: 0, part: 0 } : { day: Number(row["day"]), part: Number(row["part"]) };
  }
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof ArrayBuffer ? new Uint8Array(body) : (body as Uint8Array);
}
