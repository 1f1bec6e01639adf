import type { Log } from "../../protocol/log/events.ts";
import type { TapeAppend, TapeAppended, TapeBars } from "../../protocol/rpc/tape.ts";
import type { TapeBatch, TapeOutbox } from "./tapeOutbox.ts";

/** Trades gather for so long before they are sent: one call in two seconds, however many there are. */
export const GATHER_MS = 2_000;
/** The alarm that sends what a restart has left. */
const ALARM_MS = 5_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 60_000;

/** The tapes of a symbol, alarm, clock and timer. Calls without an answer reject in the end. */
export interface TapeSenderPorts {
  /** Lists a month before its first trade. */
  open(month: string): Promise<void>;
  append(month: string, request: TapeAppend): Promise<TapeAppended>;
  /** Nobody has the trades between two numbers any more. */
  gapFound(gap: { readonly month: string; readonly after: number; readonly before: number }): void;
  /** The tape has these newest bars. */
  barsChanged(bars: TapeBars): void;
  /** Throws while memory has trades that were not committed. */
  assertCommitted(): void;
  armBy(at: number): void;
  now(): number;
  random(): number;
  after(ms: number, run: () => void): void;
  readonly log: Log;
}

/**
 * Sends the trades of a book to its tapes, in order and with one call in flight. A call may be lost or arrive twice: the
 * tape takes only what follows its newest trade, and says through which number it has them. What fails is repeated by the
 * alarm of the book, with growing waits.
 */
export class TapeSender {
  readonly #outbox: TapeOutbox;
  readonly #ports: TapeSenderPorts;
  /** A call is in flight, or a timer runs. */
  #busy = false;
  #sending: Promise<void> | null = null;
  #failures = 0;
  #retryAt = 0;
  /** The month that is known to be listed. */
  #opened: string | null = null;

  constructor(outbox: TapeOutbox, ports: TapeSenderPorts) {
    this.#outbox = outbox;
    this.#ports = ports;
  }

  /** Call after each commit, and when the object has started. */
  changed(): void {
    if (this.#busy || this.#failures > 0 || !this.#outbox.hasPending) return;
    this.#busy = true;
    this.#ports.armBy(this.#ports.now() + ALARM_MS);
    this.#ports.after(GATHER_MS, () => void this.#sendAll());
  }

  /** Call it from the object's alarm. */
  onAlarm(): void {
    if (!this.#outbox.hasPending) return this.#outbox.storeAcknowledged();
    const now = this.#ports.now();
    // A clock that was set back must not make the wait longer.
    const waitMs = Math.min(this.#retryAt - now, RETRY_LONGEST_MS * 2);
    if (this.#busy || waitMs > 0) return this.#ports.armBy(now + Math.max(waitMs, ALARM_MS));
    this.#ports.armBy(now + ALARM_MS);
    void this.#sendAll();
  }

  /** Sends what is pending at once. Rejects when the tape does not take it, or did not a moment ago. */
  async flush(): Promise<void> {
    if (this.#failures === 0 || this.#ports.now() >= this.#retryAt) await this.#sendAll();
    if (this.#outbox.hasPending) throw new Error("the tape lacks trades of the book");
  }

  #sendAll(): Promise<void> {
    this.#busy = true;
    this.#sending ??= this.#sendEach().finally(() => {
      this.#sending = null;
      this.#busy = false;
    });
    return this.#sending;
  }

  async #sendEach(): Promise<void> {
    try {
      this.#ports.assertCommitted();
      for (let batch = this.#outbox.next(); batch !== null; batch = this.#outbox.next()) {
        await this.#send(batch);
        this.#ports.assertCommitted();
        this.#failures = 0;
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  async #send(batch: TapeBatch): Promise<void> {
    const { month, first, trades } = batch;
    if (this.#opened !== month) {
      await this.#ports.open(month);
      this.#opened = month;
    }
    let { through, bars } = await this.#ports.append(month, { trades, acceptGap: false });
    if (through < first - 1) {
      const gap = { month, after: through, before: first };
      this.#ports.log("tape.gap", gap);
      this.#ports.gapFound(gap);
      ({ through, bars } = await this.#ports.append(month, { trades, acceptGap: true }));
    }
    if (through < batch.last) throw new Error(`the tape has trades through ${through}, not ${batch.last}`);
    this.#ports.assertCommitted();
    this.#outbox.acknowledged(through);
    if (bars !== undefined) this.#ports.barsChanged(bars);
  }

  #failed(error: unknown): void {
    const failures = ++this.#failures;
    const waitMs = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 10));
    this.#retryAt = this.#ports.now() + waitMs * (0.5 + this.#ports.random());
    this.#ports.log("tape.failed", { failures, error: String(error) });
    this.#ports.armBy(this.#retryAt);
  }
}
