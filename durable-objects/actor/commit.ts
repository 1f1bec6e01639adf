import type { Alert } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { Finding } from "./alerts.ts";
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
  /** Restarts the object. */
  restart(error: unknown): Promise<void>;
}

/** Collects the requests that arrive while a commit is being written into the next commit. */
export class CommitQueue<R extends { readonly fail: (error: unknown) => void }> {
  readonly #ports: CommitPorts<R>;
  readonly #waiting: R[] = [];
  #running = false;
  #failed = false;

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
    if (this.#waiting.length >= QUEUE_REQUESTS_MAX) return request.fail(new Error("too many requests are waiting"));
    this.#waiting.push(request);
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      // The next batch fills while a commit is being made durable: a commit costs far more than a row.
      while (this.#waiting.length > 0) {
        if (this.#ports.commit(this.#waiting.splice(0, BATCH_REQUESTS_MAX))) await this.#ports.sync();
      }
    } catch (error) {
      this.#failed = true;
      await this.#ports.restart(error);
      for (const request of this.#waiting.splice(0)) request.fail(error);
    } finally {
      this.#running = false;
    }
  }
}
