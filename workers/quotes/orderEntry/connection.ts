import type { AnswerPosition, OrderEntryFrame } from "../../../protocol/stream/orderEntry.ts";
import { ClientConnection } from "../relay/clientConnection.ts";
import type { LeaseHolder } from "../relay/leases.ts";
import { AnswerQueue, type Ready } from "./answerQueue.ts";
import { markOf } from "../relay/marks.ts";
import type { OrderSession } from "./orderSession.ts";
import type { UnansweredIds } from "./session.ts";

/** Makes the frame of an answer. */
export type Answer = (position: AnswerPosition) => OrderEntryFrame;

/** One client's socket: its session, and its frames in flight. */
export class Connection extends ClientConnection<OrderSession> implements LeaseHolder {
  readonly #answers = new AnswerQueue<Answer>();
  #calls = 0;
  #idle: PromiseWithResolvers<void> | null = null;
  #tail: Promise<void> = Promise.resolve();

  /** The ids of frames that are not answered yet. */
  get unanswered(): UnansweredIds {
    return this.#answers.ids;
  }

  /**
   * Sets the session of a frame. It is stored only while nothing is in flight: an object with calls under way does not
   * hibernate, and a restarted one closes the connections whose stored session has commands without an answer.
   */
  note(session: OrderSession): void {
    if (this.#answers.isEmpty) this.save(session);
    else this.setSession(session);
  }

  /** Performs tasks one at a time, in order. `task` must not reject. */
  enqueue(task: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(task);
    return this.#tail;
  }

  /** A frame is in flight. */
  began(id: string, commands: number): void {
    this.#answers.add(id, commands);
  }

  /** A frame is answered: sends its answer as soon as those of all earlier frames are sent. */
  answered(id: string, answer: Answer): void {
    for (const ready of this.#answers.complete(id, answer)) this.#send(ready);
    if (this.#answers.isEmpty) this.save(this.session);
  }

  #send({ commands, answer }: Ready<Answer>): void {
    const answered = this.session.answered + commands;
    this.setSession({ ...this.session, answered });
    this.reply(answer({ seq: answered, mark: markOf(this.session.markKey, answered) }));
  }

  /** Counts a call of the account. */
  async calling<T>(call: () => Promise<T>): Promise<T> {
    this.#calls++;
    try {
      return await call();
    } finally {
      if (--this.#calls === 0) this.#idle?.resolve();
    }
  }

  /** Resolves once no call of the account is under way. */
  idle(): Promise<void> {
    if (this.#calls === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }
}
