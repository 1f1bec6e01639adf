import { retryWaitMs } from "../../actor/retryWait.ts";
import type { BarCalendar } from "../../../domain/market/bars/barCalendar.ts";
import { crc32 } from "../../../domain/crc32.ts";
import { DAY, HOUR, MINUTE } from "../../../domain/market/newYork.ts";
import { sameData } from "../../../domain/sameData.ts";
import type { Log } from "../../../protocol/log/events.ts";
import type { BarTable } from "../barTable.ts";
import type { TradeTable } from "../tradeTable.ts";
import type { SealedBars } from "./sealedBars.ts";
import type { Sealer } from "./sealer.ts";
import { NO_TROUBLE, type SealStore } from "./sealStore.ts";

/** A day is sealed so long after its end, and at most an hour later: the tapes do not seal all at once. */
export const SEAL_AFTER_MS: number = 2 * HOUR;
const SPREAD_MS = HOUR;
/** Minute bars stay in the table for so long after their day; then they are in files only. */
export const MINUTES_KEPT_MS: number = 100 * DAY;
const RETRY_FIRST_MS = MINUTE;
const RETRY_LONGEST_MS = HOUR;
/** While it works: should the object die, the alarm comes again. */
const WORKING_MS = 10 * MINUTE;

export interface SealingPorts {
  /** `AAPL/2026-11`: when in the hour it seals. */
  readonly name: string;
  readonly calendar: BarCalendar;
  readonly trades: TradeTable;
  readonly minutes: BarTable;
  readonly store: SealStore;
  readonly sealer: Sealer;
  readonly bars: SealedBars;
  readonly armBy: (at: number) => void;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
}

/** When a tape seals: by its alarm, one part at a time, and again with growing waits when it fails. */
export class Sealing {
  readonly #ports: SealingPorts;
  readonly #spreadMs: number;
  #working = false;
  /** The alarm is armed for trades that wait: further ones change nothing. */
  #armed = false;

  constructor(ports: SealingPorts) {
    this.#ports = ports;
    this.#spreadMs = crc32(ports.name) % SPREAD_MS;
  }

  /** Call it after each append, and when the object was asked for its end: arms the alarm for what is due next. */
  arm(): void {
    if (this.#armed) return;
    this.#armed = this.#sealDue() !== null;
    const due = this.#nextDue();
    if (due !== null) this.#ports.armBy(due);
  }

  /** Whether trades wait to be sealed, now or when their day is over. */
  get hasUnsealed(): boolean {
    return this.#ports.trades.oldestAfter(this.#ports.store.through) !== null;
  }

  /** Call it from the alarm of the object. */
  async onAlarm(): Promise<void> {
    if (this.#working) return;
    this.#armed = false;
    const { store, armBy, now, log } = this.#ports;
    const due = this.#nextDue();
    if (due === null) return;
    if (due > now()) return this.arm();
    this.#working = true;
    armBy(now() + WORKING_MS);
    try {
      const trouble = (await this.#work()) ? NO_TROUBLE : { ...NO_TROUBLE, retryAt: now() + RETRY_FIRST_MS };
      if (!sameData(store.trouble, trouble)) store.noteTrouble(trouble);
    } catch (error) {
      const failures = store.trouble.failures + 1;
      store.noteTrouble({ failures, retryAt: this.#retryAt(failures), error: String(error) });
      log("seal.failed", { failures, error: String(error) });
    }
    this.#working = false;
    this.arm();
  }

  /** False when it has to wait for the tape of an earlier month. */
  async #work(): Promise<boolean> {
    const { sealer, log, now } = this.#ports;
    const at = this.#sealDue();
    if (at === null || at > now()) {
      await this.#dropMinutes();
      return true;
    }
    const sealed = await sealer.sealNext();
    if (sealed === null) return false;
    log("seal.done", { day: sealed.day, part: sealed.part, trades: sealed.trades.rows, bytes: sealed.trades.bytes });
    return true;
  }

  /** Removes the minute bars of a day that are in files, if they are the same there. */
  async #dropMinutes(): Promise<void> {
    const { bars, store, minutes, calendar } = this.#ports;
    const day = this.#dropCandidate()?.day;
    if (day === undefined) return;
    const same = sameData(bars.hotDay(day), await bars.ofDay(day));
    const { begin, end } = calendar.hours(day);
    if (same) store.drop(day, () => minutes.remove(begin, end - 1));
    else store.keep(day);
  }

  #nextDue(): number | null {
    const { retryAt } = this.#ports.store.trouble;
    const times = [this.#sealDue(), this.#dropCandidate()?.due ?? null].filter((each) => each !== null);
    return times.length === 0 ? null : Math.max(retryAt, Math.min(...times));
  }

  #sealDue(): number | null {
    const { trades, store, calendar } = this.#ports;
    const at = trades.oldestAfter(store.through);
    return at === null ? null : calendar.hours(calendar.dayOf(at)).end + SEAL_AFTER_MS + this.#spreadMs;
  }

  /** The first day whose minute bars may leave the table. The newest day of a tape stays: it has its newest bar. */
  #dropCandidate(): { readonly day: number; readonly due: number } | null {
    const { store, calendar } = this.#ports;
    const [day, later] = store.undecidedDays();
    if (day === undefined || later === undefined) return null;
    return { day, due: calendar.hours(day).end + MINUTES_KEPT_MS + this.#spreadMs };
  }

  #retryAt(failures: number): number {
    const waitMs = retryWaitMs(failures, RETRY_FIRST_MS, RETRY_LONGEST_MS, () => this.#ports.random());
    return this.#ports.now() + waitMs;
  }
}
