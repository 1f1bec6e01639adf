import { retryWaitMs } from "../actor/retryWait.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { BoardCall, BoardUpdate, PriceBoardRpc } from "../../protocol/rpc/priceBoard.ts";
import type { TapeBars, TapeLatest } from "../../protocol/rpc/tape.ts";
import { latestBarsToWire } from "../../protocol/mapping/bars.ts";

/** A book that changes tells its board at once, and then at most once in this time. */
export const TELL_MS = 1_000;
/** A book that has told all and does not change for so long is going to sleep. */
const REST_MS = 500;
/** The alarm that tells what a restart has left. It is set while the board does not know that the book sleeps. */
const ALARM_MS = 5_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 60_000;
/** No sequence: the board was told something since the book slept. */
const AWAKE = -1;

/** What a book tells of its state; the bars come from its tape. */
export type BookValues = Omit<BoardUpdate, "bars" | "quiet" | "closes" | "call">;

export interface BoardSenderPorts {
  readonly board: Pick<PriceBoardRpc, "update" | "learnBars">;
  /** The sequence of the state; cheap, because it is asked for after each commit. */
  sequence(): number;
  values(): BookValues;
  closes(): BoardUpdate["closes"];
  /** The newest bars of all tapes. */
  latest(): Promise<TapeLatest>;
  /** Whether the tapes lack trades. */
  isTapePending(): boolean;
  /** The sequence through which the board was told that the book went to sleep. */
  readonly slept: { get(): number | undefined; put(sequence: number): void };
  /** The number of the newest life of the book that has told something. */
  readonly life: { get(): number | undefined; put(life: number): void };
  /** Throws while memory has what was not committed. */
  assertCommitted(): void;
  armBy(at: number): void;
  now(): number;
  random(): number;
  after(ms: number, run: () => void): void;
  readonly log: Log;
}

/**
 * Tells the board of a book its last values: at once when it changes after a rest, then once a second while it changes,
 * and a last time before it sleeps. One call is in flight. What fails is repeated by the alarm of the book, with growing
 * waits. A book of which the board knows the newest state calls nothing.
 */
export class BoardSender {
  readonly #ports: BoardSenderPorts;
  /** A call is in flight, or a timer runs. */
  #busy = false;
  #failures = 0;
  #retryAt = 0;
  /** Sequence of the state that the board has; that it has as the one of a sleeping book. */
  #told: number | null;
  #slept: number | null;
  /** What the board was not told of the bars. */
  #bars: BoardUpdate["bars"];
  /** Beginning and count of the newest bars. */
  #barsKey = "";
  /** The newest call of this life; null before the first one. */
  #call: BoardCall | null = null;
  /** The end of the trading day of the newest close when the closes before it were told; null before that. */
  #closesUntil: number | null | "untold" = "untold";

  constructor(ports: BoardSenderPorts) {
    this.#ports = ports;
    const sequence = ports.sequence();
    const slept = ports.slept.get() ?? null;
    this.#told = this.#slept = slept === sequence ? sequence : null;
    // Bars that the tape acknowledged before the object died were not told.
    this.#bars = slept === sequence ? null : "unknown";
  }

  /** Call when the object is made: what an earlier life has not told is told soon. A constructor writes nothing. */
  start(): void {
    this.#ports.after(0, () => this.#changedIfCommitted());
  }

  /** Call after each commit. */
  changed(): void {
    if (this.#busy || this.#failures > 0 || !this.#lacks) return;
    this.#busy = true;
    this.arm();
    void this.#tell(false).catch(ended);
  }

  /** The tape has these newest bars, perhaps those that it had. */
  barsChanged(bars: TapeBars): void {
    const key = [bars.minuteBar, bars.dailyBar].map((bar) => `${bar?.at} ${bar?.count}`).join();
    if (key === this.#barsKey) return;
    this.#barsKey = key;
    this.#bars = bars;
    this.changed();
  }

  /**
   * Sets the alarm while the board does not know that the book sleeps. A book in which nothing has happened needs none: its
   * board asks it when it lacks its values.
   */
  arm(): void {
    if (this.#knowsAll || (this.#ports.sequence() === 0 && this.#failures === 0)) return;
    const now = this.#ports.now();
    // A clock that was set back must not make the wait longer.
    this.#ports.armBy(Math.max(now + ALARM_MS, Math.min(this.#retryAt, now + RETRY_LONGEST_MS * 2)));
  }

  /** Call it from the object's alarm. */
  onAlarm(): void {
    if (this.#knowsAll) return;
    this.arm();
    if (this.#busy || this.#retryAt > this.#ports.now()) return;
    this.#busy = true;
    void this.#tell(!this.#lacks && !this.#ports.isTapePending()).catch(ended);
  }

  get #lacks(): boolean {
    return this.#bars !== null || this.#ports.sequence() !== this.#told;
  }

  async #tell(quiet: boolean): Promise<void> {
    try {
      this.#ports.assertCommitted();
      await this.#send(quiet);
      this.#failures = 0;
    } catch (error) {
      if (!this.#isCommitted) return;
      this.#failed(error);
      this.#busy = false;
      return;
    }
    // A sleeping book that changes sets its alarm at once.
    if (quiet) return this.#free();
    this.#ports.after(TELL_MS, () => {
      this.#free();
      if (this.#isCommitted && !this.#busy) this.#ports.after(REST_MS, () => this.#rest());
    });
  }

  #free(): void {
    this.#busy = false;
    this.#changedIfCommitted();
  }

  /** Tells that the book sleeps, unless something has changed. The bars of a pending tape are told first. */
  #rest(): void {
    if (!this.#isCommitted || this.#busy || this.#failures > 0 || this.#knowsAll) return;
    if (this.#lacks || this.#ports.isTapePending()) return;
    this.#busy = true;
    void this.#tell(true).catch(ended);
  }

  /** The board has the newest state as that of a sleeping book. */
  get #knowsAll(): boolean {
    return this.#slept !== null && this.#slept === this.#told && !this.#lacks;
  }

  async #send(quiet: boolean): Promise<void> {
    const values = this.#ports.values();
    const { sequence } = values.top;
    const until = values.close?.until ?? null;
    const bars = this.#bars;
    const closes = until === this.#closesUntil ? null : this.#ports.closes();
    // The row of the board will not count until the last call, also when only bars have changed.
    if (!quiet && this.#slept === sequence) this.#ports.slept.put(AWAKE);
    if (!quiet) this.#slept = null;
    const call = this.#nextCall();
    const { lacksBars } = await this.#ports.board.update({ ...values, closes, bars, quiet, call });
    this.#ports.assertCommitted();
    if (lacksBars) {
      const { symbol } = values.top;
      await this.#ports.board.learnBars(latestBarsToWire(symbol, await this.#ports.latest()));
      this.#ports.assertCommitted();
    }
    this.#told = sequence;
    this.#closesUntil = until;
    if (this.#bars === bars) this.#bars = null;
    if (!quiet || this.#lacks) return;
    this.#ports.slept.put(sequence);
    this.#slept = sequence;
  }

  /** A call leaves after what is written before it, so no two lives have the same number. */
  #nextCall(): BoardCall {
    if (this.#call !== null) return (this.#call = [this.#call[0], this.#call[1] + 1]);
    const { life } = this.#ports;
    const own = (life.get() ?? 0) + 1;
    life.put(own);
    return (this.#call = [own, 1]);
  }

  #changedIfCommitted(): void {
    if (this.#isCommitted) this.changed();
  }

  /** False while the object is about to restart: its alarm does the rest. */
  get #isCommitted(): boolean {
    try {
      this.#ports.assertCommitted();
      return true;
    } catch {
      return false;
    }
  }

  #failed(error: unknown): void {
    const failures = ++this.#failures;
    const waitMs = retryWaitMs(failures, RETRY_FIRST_MS, RETRY_LONGEST_MS, () => this.#ports.random());
    this.#retryAt = this.#ports.now() + waitMs;
    this.#ports.log("board.failed", { failures, error: String(error) });
    this.#ports.armBy(this.#retryAt);
  }
}

/** An object that has ended sets no alarm. The one that it set before is stored. */
const ended = (): void => undefined;
