/** Runs of a stream through a fresh engine: the same code in Node and in workerd. */
import { Engine } from "../../../domain/matching/engine/engine.ts";
import type { EventBuffer } from "../../../domain/matching/engine/events.ts";
import { drive } from "./drive.ts";
import type { Ids } from "./drive.ts";
import { OrderHandles } from "./orderHandles.ts";
import { OrderIds } from "./orderIds.ts";
import { checkOutcome, outcomeOf } from "./outcome.ts";
import { hashReports } from "./reports.ts";
import { MESSAGE_ID, MESSAGE_WORDS } from "./stream.ts";
import type { Stream } from "./stream.ts";

export class Runner {
  readonly stream: Stream;
  /** Events after each message of the run, by the message's number. */
  readonly ends: Int32Array;
  readonly #lastId: number;
  /** A buffer for all events of a run, which the next run uses again. */
  #log: Pick<EventBuffer, "i32" | "f64" | "capacity"> | null = null;

  constructor(stream: Stream) {
    this.stream = stream;
    this.ends = new Int32Array(stream.count);
    this.#lastId = stream.messages.reduce(
      (last, word, at) => (at % MESSAGE_WORDS === MESSAGE_ID ? Math.max(last, word) : last),
      0,
    );
  }

  /** A new book with the part of the stream that fills it; `finish` runs the rest. */
  start(ids = this.ids()): Run {
    const engine = new Engine();
    if (this.#log !== null) Object.assign(engine.events, this.#log);
    drive(engine, ids, this.stream.messages, 0, this.stream.setUp, this.ends);
    return new Run(this, engine, ids);
  }

  /** Uses the buffer that a run has grown for the following runs. */
  keepLog({ i32, f64, capacity }: EventBuffer): void {
    this.#log = { i32, f64, capacity };
  }

  /** Ids of a tape are arbitrary numbers of its senders; those of other streams count from 1. */
  ids(): Ids {
    return this.stream.expected === null ? new OrderIds() : new OrderHandles(this.#lastId);
  }
}

export class Run {
  readonly engine: Engine;
  readonly ids: Ids;
  readonly #runner: Runner;

  constructor(runner: Runner, engine: Engine, ids: Ids) {
    this.#runner = runner;
    this.engine = engine;
    this.ids = ids;
  }

  /** The timed part. */
  finish(): void {
    const { stream, ends } = this.#runner;
    drive(this.engine, this.ids, stream.messages, stream.setUp, stream.count, ends);
  }

  /** Compares the final state with the expected one, and reads the reports. Throws when they differ. */
  check(): { trades: number; sha256: string } {
    const { stream, ends } = this.#runner;
    const outcome = outcomeOf(this.engine);
    checkOutcome(stream, outcome);
    return { trades: outcome.trades, sha256: hashReports(this.engine.events, ends) };
  }

  /** One message of the timed part. */
  step(nth: number): void {
    const { stream, ends } = this.#runner;
    drive(this.engine, this.ids, stream.messages, nth, nth + 1, ends);
  }
}
