import type { Alert } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { Finding } from "./alerts.ts";
import type { JournalEntry } from "./formats.ts";
import { BATCH_REQUESTS_MAX, QUEUE_REQUESTS_MAX } from "./limits.ts";
import type { Effects } from "./machine.ts";

/** Somebody wants something decided, or mail applied. */
export interface Request<State, Local, In> {
  readonly run: (state: State, now: number) => { entries: readonly Local[]; finish: () => void };
  readonly mail: Envelope<In> | null;
  /** The mail's sender gets ours on the answer. */
  readonly answers: boolean;
  /** What the kernel found wrong in a scope, or no longer finds. */
  readonly found: { readonly scope: string; readonly findings: readonly Finding[] } | null;
  readonly fail: (error: unknown) => void;
}

/** What one commit has come to so far. */
export interface Commit<Local, In, Out, Event> {
  readonly now: number;
  readonly entries: JournalEntry<Local, In>[];
  readonly events: Event[];
  readonly alerts: Alert[];
  /** Who has new mail in the outbox. */
  readonly receivers: Set<string>;
  readonly effects: Effects<Out, Event>;
  /** The answers to be made once everything is written. */
  readonly finished: (() => void)[];
  /** Something is written, so that there is something to wait for. */
  wrote: boolean;
}

/** What the queue needs: how a batch is committed, and what becomes of a commit that fails. */
export interface CommitPorts<R> {
  /** Commits a batch with no await between; false when there was nothing to write. Throws when memory cannot be trusted. */
  commit(batch: readonly R[]): boolean;
  /** Resolves once what was written is durable. */
  sync(): Promise<void>;
  /** The object restarts. */
  restart(error: unknown): Promise<void>;
}

/** Requests on their way into commits: what arrives while one is being written goes together into the next. */
export class CommitQueue<R extends { readonly fail: (error: unknown) => void }> {
  readonly #ports: CommitPorts<R>;
  readonly #waiting: R[] = [];
  #pumping = false;
  #failed = false;

  constructor(ports: CommitPorts<R>) {
    this.#ports = ports;
  }

  /** A commit failed: memory holds what was rolled back, and nobody may see it any more. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Takes a request. It is refused when too many wait, or when the object is about to restart. */
  add(request: R): void {
    // Whoever is refused asks again: a client by itself, mail because it was not acknowledged.
    if (this.#failed) return request.fail(new Error("the object is restarting"));
    if (this.#waiting.length >= QUEUE_REQUESTS_MAX) return request.fail(new Error("too many requests are waiting"));
    this.#waiting.push(request);
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    try {
      // While a commit is on its way to disk the next batch gathers: a commit costs far more than a row.
      while (this.#waiting.length > 0) {
        if (this.#ports.commit(this.#waiting.splice(0, BATCH_REQUESTS_MAX))) await this.#ports.sync();
      }
    } catch (error) {
      this.#failed = true;
      await this.#ports.restart(error);
      for (const request of this.#waiting.splice(0)) request.fail(error);
    } finally {
      this.#pumping = false;
    }
  }
}
