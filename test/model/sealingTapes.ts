/** Tapes that seal, with a bucket in memory and a clock that stands still until it is moved. */
import { DatabaseSync } from "node:sqlite";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { isOfDays, type Timeframe } from "../../domain/market/bars/timeframe.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { packTrades } from "../../domain/market/bars/packedTrades.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { TapeSealing } from "../../durable-objects/tape/sealed/tapeSealing.ts";
import { TapeIndexStore } from "../../durable-objects/tape/tapeIndexStore.ts";
import { TapeStore, type TapeStorage } from "../../durable-objects/tape/tapeStore.ts";
import { MemoryBucket } from "../memoryBucket.ts";
import { storage } from "../objectStorage.ts";

const EVER = { from: 0, to: 8_000_000_000_000, limit: 1_000_000, descending: false, cursor: null };

/** Tapes of a symbol by month, with one bucket and a clock that stands still until it is moved. */
export function sealingTapes(symbol: string, startAt: number, tradesAFile = 1_000_000) {
  const calendar = new BarCalendar(assetOf(symbol));
  const bucket = new MemoryBucket();
  const world = { now: startAt, logged: [""] };
  const disks = new Map<string, { disk: TapeStorage; db: DatabaseSync; failing: { in: number } }>();
  const open = new Map<string, { store: TapeStore; sealing: TapeSealing; alarm: number }>();
  const tape = (month: string) => {
    const known = open.get(month);
    if (known !== undefined) return known;
    const of = disks.get(month) ?? failingDisk();
    disks.set(month, of);
    const store = new TapeStore(of.disk, calendar);
    const made = { store, alarm: Number.POSITIVE_INFINITY } as {
      store: TapeStore;
      sealing: TapeSealing;
      alarm: number;
    };
    made.sealing = new TapeSealing(store, {
      symbol,
      month,
      calendar,
      storage: of.disk,
      bucket,
      before: async () => {
        const earlier = [...disks.keys()].sort().findLast((each) => each < month);
        return earlier === undefined ? null : tape(earlier).sealing;
      },
      pause: () => Promise.resolve(),
      armBy: (at) => void (made.alarm = Math.min(made.alarm, at)),
      now: () => world.now,
      random: () => 0.5,
      log: (...[event]) => void world.logged.push(event),
      tradesAFile,
    });
    open.set(month, made);
    return made;
  };
  const append = (trades: readonly TapeTrade[]) => {
    for (let rest = trades; rest.length > 0;) {
      const month = calendar.monthOf(rest[0]?.at ?? 0);
      const own = rest.findIndex(({ at }) => calendar.monthOf(at) !== month);
      const some = rest.slice(0, Math.min(1_000, own === -1 ? rest.length : own));
      tape(month).store.append({ trades: packTrades(some), acceptGap: true });
      tape(month).sealing.appended();
      rest = rest.slice(some.length);
    }
  };
  const alarm = async (month: string) => {
    const of = tape(month);
    of.alarm = Number.POSITIVE_INFINITY;
    await of.sealing.onAlarm();
  };
  /** Lets alarms fire until nothing is due before a time. */
  const until = async (time: number) => {
    for (;;) {
      const due = [...disks.keys()].filter((month) => tape(month).alarm <= time).sort();
      const [month] = due;
      if (month === undefined) break;
      world.now = Math.max(world.now, tape(month).alarm);
      await alarm(month);
    }
    world.now = Math.max(world.now, time);
  };
  const index = new TapeIndexStore(storage(), {
    calendar,
    tape: (month) => ({
      bars: (query) => tape(month).sealing.bars(query),
      latest: () => Promise.resolve(tape(month).store.latest()),
      coverage: () => Promise.resolve(tape(month).sealing.coverage()),
      putMinutes: async (request) => Promise.resolve(tape(month).store.putMinutes(request, world.now)),
    }),
  });
  /** All bars of a timeframe, oldest first. */
  const bars = async (timeframe: Timeframe): Promise<Bar[]> => {
    const query = { timeframe, from: 0, to: EVER.to, limit: 10_000_000, descending: false };
    const months = [...disks.keys()].sort();
    for (const month of months) await index.open(month);
    if (isOfDays(timeframe)) return [...(await index.bars(query)).items];
    const found: Bar[] = [];
    for (const month of months) found.push(...(await tape(month).sealing.bars(query)).items);
    return found;
  };
  return {
    world,
    bars,
    endOfFirstDay: calendar.hours(calendar.dayOf(startAt)).end,
    bucket,
    calendar,
    tape,
    append,
    alarm,
    until,
    months: () => [...disks.keys()].sort(),
    disk: (month: string) => disks.get(month),
    /** The objects die, and start again from their disks. */
    restart: () => {
      open.clear();
      for (const month of disks.keys()) tape(month).sealing.appended();
    },
  };
}

/** Storage that fails at a statement on demand. */
function failingDisk() {
  const db = new DatabaseSync(":memory:");
  const inner = storage(db);
  const failing = { in: 0 };
  const disk: TapeStorage = {
    transactionSync: (work) => inner.transactionSync(work),
    sql: {
      exec: (query, ...binds) => {
        const isWrite = /INSERT|DELETE/.test(query);
        if (isWrite && failing.in > 0 && --failing.in === 0) throw new Error("disk failed");
        return inner.sql.exec(query, ...binds);
      },
    },
  };
  return { disk, db, failing };
}

/** All trades, a page at a time. */
export async function everyTrade(world: ReturnType<typeof sealingTapes>, limit = EVER.limit, descending = false) {
  const trades: TapeTrade[] = [];
  const months = descending ? world.months().reverse() : world.months();
  for (const month of months) {
    for (let cursor: number | null = null; ;) {
      const page = await world.tape(month).sealing.trades({ ...EVER, limit, descending, cursor });
      trades.push(...page.items);
      cursor = page.next;
      if (cursor === null) break;
    }
  }
  return trades;
}
