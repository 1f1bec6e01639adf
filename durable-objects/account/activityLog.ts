import { type Activity, activityTime } from "../../domain/account/activities/activity.ts";
import type { ActivityFilter } from "../../protocol/rpc/activities.ts";
import { ACTIVITIES_A_ROW_MAX, ACTIVITY_LOTS_A_ROW_MAX } from "../actor/limits.ts";
import { decodeActivities, decodeMatching, encodeActivities, isRealized, maskOf, REALIZED } from "./activityRows.ts";

type Sql = Pick<SqlStorage, "exec">;

/** An activity and its number in the account, from 1 without gaps. */
export interface NumberedActivity {
  readonly sequence: number;
  readonly activity: Activity;
}

/**
 * Every activity of an account, for ever. The newest are in memory until `write`; a row has those of one write. The index
 * has what a query needs to pass over rows without reading them.
 */
export class ActivityLog {
  readonly #sql: Sql;
  /** Number of the newest written activity. */
  #written: number;
  #unwritten: Activity[] = [];

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS activities (
         last INTEGER PRIMARY KEY,
         first INTEGER NOT NULL,
         earliest INTEGER NOT NULL,
         latest INTEGER NOT NULL,
         types INTEGER NOT NULL,
         body BLOB NOT NULL
       );
       CREATE INDEX IF NOT EXISTS activities_by_time ON activities (last, latest, earliest, types)`,
    );
    const [newest] = sql.exec("SELECT last FROM activities ORDER BY last DESC LIMIT 1");
    this.#written = newest === undefined ? 0 : Number(newest["last"]);
  }

  /** Number of activities that are not written yet. */
  get unwritten(): number {
    return this.#unwritten.length;
  }

  /** Adds the next activity. */
  add(activity: Activity): void {
    this.#unwritten.push(activity);
  }

  /** Writes the activities that were added. */
  write(): void {
    const added = this.#unwritten;
    this.#unwritten = [];
    for (const part of rowsOf(added)) {
      const times = part.map(activityTime);
      const first = this.#written + 1;
      this.#written += part.length;
      this.#sql.exec(
        "INSERT INTO activities (last, first, earliest, latest, types, body) VALUES (?, ?, ?, ?, ?, ?)",
        this.#written,
        first,
        Math.min(...times),
        Math.max(...times),
        maskOf(part.map(({ type }) => type)) | (part.some(isRealized) ? REALIZED : 0),
        // A copy: the codec writes its next row over this one.
        Uint8Array.from(encodeActivities(part)).buffer,
      );
    }
  }

  /** The activity with this number. */
  find(sequence: number): Activity | undefined {
    if (sequence > this.#written) return this.#unwritten[sequence - this.#written - 1];
    const [row] = this.#sql.exec("SELECT first, body FROM activities WHERE last >= ? ORDER BY last LIMIT 1", sequence);
    return row === undefined ? undefined : decodeActivities(row["body"])[sequence - Number(row["first"])];
  }

  /** At most `filter.limit` activities that match, after (or, backwards, before) the one with the number `from`. */
  page(filter: Omit<ActivityFilter, "pageToken">, from: number | null): NumberedActivity[] {
    const found: NumberedActivity[] = [];
    const isWanted = wanted(filter, from);
    const take = (numbered: readonly NumberedActivity[]): boolean => {
      const matching = numbered.filter(isWanted);
      if (filter.direction === "desc") matching.reverse();
      found.push(...matching.slice(0, filter.limit - found.length));
      return found.length === filter.limit;
    };
    const unwritten = () => numberedFrom(this.#written + 1, this.#unwritten);
    if (filter.direction === "desc" && take(unwritten())) return found;
    const mask = filter.types === null ? null : maskOf(filter.types);
    for (const last of this.#rows(filter, from, mask)) if (take(this.#row(last, mask))) return found;
    if (filter.direction === "asc") take(unwritten());
    return found;
  }

  /** Sales of tax lots and wash sales after the activity with the number `from`, oldest first, row by row. */
  *realized(bounds: Pick<ActivityFilter, "afterMicros" | "untilMicros">, from: number | null) {
    const filter = { types: null, direction: "asc", limit: 0, ...bounds } as const;
    const isWanted = wanted(filter, from);
    const found = (row: readonly NumberedActivity[]) =>
      row.filter((numbered) => isRealized(numbered.activity) && isWanted(numbered));
    for (const last of this.#rows(filter, from, REALIZED)) yield found(this.#row(last, null));
    yield found(numberedFrom(this.#written + 1, this.#unwritten));
  }

  /** The rows that may have matching activities, by their last number. */
  *#rows(
    { afterMicros, untilMicros, direction }: Omit<ActivityFilter, "pageToken">,
    from: number | null,
    mask: number | null,
  ): Generator<number> {
    const conditions: string[] = [];
    const binds: number[] = [];
    const where = (condition: string, value: number | null) => {
      if (value === null) return;
      conditions.push(condition);
      binds.push(value);
    };
    if (direction === "asc") where("last > ?", from);
    // The row of `from` has earlier activities too, and a row ends at most so much later than it begins.
    else where("last < ?", from === null ? null : from + ACTIVITIES_A_ROW_MAX);
    where("latest > ?", afterMicros === null ? null : afterMicros / 1_000);
    where("earliest < ?", untilMicros === null ? null : untilMicros / 1_000);
    where("types & ? <> 0", mask);
    const clause = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const query = `SELECT last FROM activities INDEXED BY activities_by_time ${clause} ORDER BY last ${direction}`;
    // As far as the page needs them: an account may have tens of thousands.
    for (const { last } of this.#sql.exec(query, ...binds)) yield Number(last);
  }

  /** The activities of a row whose type is in the mask; null: all. */
  #row(last: number, mask: number | null): NumberedActivity[] {
    const [row] = this.#sql.exec("SELECT first, body FROM activities WHERE last = ?", last);
    if (row === undefined) return [];
    const first = Number(row["first"]);
    return decodeMatching(row["body"], mask).map(([place, activity]) => ({ sequence: first + place, activity }));
  }
}

function numberedFrom(first: number, activities: readonly Activity[]): NumberedActivity[] {
  return activities.map((activity, nth) => ({ sequence: first + nth, activity }));
}

function wanted(
  { types, afterMicros, untilMicros, direction }: Omit<ActivityFilter, "pageToken">,
  from: number | null,
): (numbered: NumberedActivity) => boolean {
  return ({ sequence, activity }) => {
    if (from !== null && (direction === "asc" ? sequence <= from : sequence >= from)) return false;
    if (types !== null && !types.includes(activity.type)) return false;
    const micros = activityTime(activity) * 1_000;
    return (afterMicros === null || micros > afterMicros) && (untilMicros === null || micros < untilMicros);
  };
}

/** Divides activities into rows. One of more lots than a row may have is a row of its own. */
function rowsOf(added: readonly Activity[]): Activity[][] {
  const rows: Activity[][] = [];
  let room = { activities: 0, lots: 0 };
  for (const activity of added) {
    const lots = activity.lots.length;
    if (room.activities === 0 || lots > room.lots) {
      rows.push([]);
      room = { activities: ACTIVITIES_A_ROW_MAX, lots: ACTIVITY_LOTS_A_ROW_MAX };
    }
    rows.at(-1)?.push(activity);
    room.activities--;
    room.lots -= lots;
  }
  return rows;
}
