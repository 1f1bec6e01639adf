import type { Alert } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { Finding } from "./alerts.ts";
import { CommitPace } from "./commitPace.ts";
import type { JournalEntry } from "./formats.ts";
import { BATCH_REQUESTS_MAX, QUEUE_REQUESTS_MAX } from "./limits.ts";
import type { Effects } from "./machine.ts";

/** Applies and journals entries of a request in the current commit, before the request's next decision. */
export type ApplyEntries<Local> = (entries: readonly Local[]) => void;

/** Decides a request: the entries to apply and journal, and the outcome. Changes no state but by `apply`. */
export type Decide<State, Local, T> = (
  state: Readonly<State>,
  now: number,
  apply: ApplyEntries<Local>,
) => { readonly entries: readonly Local[]; readonly outcome: T };

/** A decision to make, an envelope to apply or findings to report. */
export interface Request<State, Local, In> {
  readonly run: (
    state: State,
    now: number,
    apply: ApplyEntries<Local>,
  ) => { entries: readonly Local[]; finish: () => void };
  readonly envelope: Envelope<In> | null;
  /** The sender of the envelope waits for a reply, which carries the messages pending for it. */
  readonly wantsReply: boolean;
  /** All findings of a scope as they are now. */
  readonly report: { readonly scope: string; readonly findings: readonly Finding[] } | null;
  /** Nobody waits for it, so it may be journalled late: with the next commit, or after a window of its own. */
  readonly deferrable: boolean;
  /** Decisions that it takes, for the size of a commit; 1 if left out. */
  readonly decisions?: number;
  readonly fail: (error: unknown) => void;
}

/** One commit while it is being made. */
export interface Commit<Local, In, Out, Event> {
  readonly now: number;
  readonly entries: JournalEntry<Local, In>[];
  readonly events: Event[];
  readonly alerts: Alert[];
  /** Addresses that were sent a message in this commit. */
  readonly receivers: Set<string>;
  readonly effects: Effects<Out, Event>;
  /** Callbacks that answer the requests once everything is written. */
  readonly finished: (() => void)[];
  /** Something was written, so the next batch waits until it is durable. */
  wrote: boolean;
}

/** What the queue calls. */
export interface CommitPorts<R> {
  /** Commits a batch without an await; false when there was nothing to write. Throws when memory and disk differ. */
  commit(batch: readonly R[]): boolean;
  /** Resolves once all writes are durable. */
  sync(): Promise<void>;
  now(): number;
  /** Restarts the object. */
  restart(error: unknown): Promise<void>;
}

/**
 * Requests that wait for a commit, in the sequence in which they arrived. A quiet object commits the first at once.
 * Those that arrive while a commit is being made durable share the next one, and under load they gather for longer.
 */
export class CommitQueue<R extends Pick<Request<never, never, never>, "fail" | "deferrable" | "decisions">> {
  readonly #ports: CommitPorts<R>;
  readonly #pace = new CommitPace();
  readonly #waiting: R[] = [];
  /** Decisions of the requests that wait. */
  #decisions = 0;
  /** Requests that wait and are not deferrable. */
  #prompt = 0;
  /** When the oldest request that waits arrived. */
  #since = 0;
  #running = false;
  #failed = false;
  /** Ends the window in which requests gather. */
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** The timer is that of deferrable requests: a prompt one need not wait for it. */
  #timerDefers = false;

  constructor(ports: CommitPorts<R>) {
    this.#ports = ports;
  }

  /** A commit failed: memory holds changes that were rolled back, so nothing may read it. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Queues a request. Refuses it when too many wait, or when the object is about to restart. */
  add(request: R): void {
    // A refused client may try again; a refused envelope is sent again, because it was not acknowledged.
    if (this.#failed) return request.fail(new Error("the object is restarting"));
    if (this.#decisions >= QUEUE_REQUESTS_MAX) return request.fail(new Error("too many requests are waiting"));
    if (this.#waiting.length === 0) this.#since = this.#ports.now();
    this.#waiting.push(request);
    this.#decisions += request.decisions ?? 1;
    if (!request.deferrable) this.#prompt++;
    if (!this.#running) this.#schedule();
  }

  /** Commits what waits, now or when it has gathered for long enough. */
  #schedule(): void {
    const deferrable = this.#prompt === 0;
    const full = this.#decisions >= BATCH_REQUESTS_MAX;
    if (this.#timer !== null && !full && (deferrable || !this.#timerDefers)) return;
    const waitMs = full ? 0 : this.#pace.waitMs(deferrable, this.#since, this.#ports.now());
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (waitMs <= 0) return void this.#run();
    this.#timerDefers = deferrable;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, waitMs);
  }

  /** Commits batch after batch until nothing waits, or what waits may gather. */
  async #run(): Promise<void> {
    this.#running = true;
    try {
      do {
        const promptBefore = this.#prompt;
        const batch = this.#take();
        const prompt = promptBefore - this.#prompt;
        const at = this.#ports.now();
        if (!this.#ports.commit(batch)) continue;
        // The next batch fills meanwhile: a commit costs far more than a row.
        await this.#ports.sync();
        this.#pace.durable(at, this.#ports.now(), prompt);
      } while (this.#decisions >= BATCH_REQUESTS_MAX);
    } catch (error) {
      this.#failed = true;
      await this.#ports.restart(error);
      for (const request of this.#waiting.splice(0)) request.fail(error);
    } finally {
      this.#running = false;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }

  /** The oldest requests, with at most BATCH_REQUESTS_MAX decisions unless the first alone has more. */
  #take(): R[] {
    let decisions = 0;
    let count = 0;
    for (const request of this.#waiting) {
      const more = decisions + (request.decisions ?? 1);
      if (count > 0 && more > BATCH_REQUESTS_MAX) break;
      decisions = more;
      count++;
      if (!request.deferrable) this.#prompt--;
    }
    this.#decisions -= decisions;
    const batch = this.#waiting.splice(0, count);
    this.#since = this.#ports.now();
    return batch;
  }
}
