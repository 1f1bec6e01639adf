import { type Codec, writeMessage } from "../../../protocol/stream/codec.ts";
import type { AnswerPosition, OrderEntryFrame } from "../../../protocol/stream/orderEntry.ts";
import type { LeaseHolder } from "../relay/leases.ts";
import { AnswerQueue, type Ready } from "./answerQueue.ts";
import { markOf } from "./marks.ts";
import type { OrderSession } from "./orderSession.ts";
import type { UnansweredIds } from "./session.ts";

/** What a connection needs of its socket. */
export interface Socket {
  readonly readyState: number;
  send(frame: string | Uint8Array): void;
  close(code: number, reason: string): void;
  serializeAttachment(value: unknown): void;
}

/** State that survives hibernation with the socket. */
export interface SocketAttachment {
  readonly session: OrderSession;
  /** Time of the last message. */
  readonly heardAt: number;
}

/** Makes the frame of an answer. */
export type Answer = (position: AnswerPosition) => OrderEntryFrame;

const OPEN = 1;

/** One client's socket: its session, and its frames in flight. */
export class Connection implements LeaseHolder {
  readonly #socket: Socket;
  readonly #answers = new AnswerQueue<Answer>();
  #session: OrderSession;
  #heardAt: number;
  #calls = 0;
  #idle: PromiseWithResolvers<void> | null = null;
  #tail: Promise<void> = Promise.resolve();

  constructor(socket: Socket, { session, heardAt }: SocketAttachment) {
    this.#socket = socket;
    this.#session = session;
    this.#heardAt = heardAt;
  }

  get session(): OrderSession {
    return this.#session;
  }

  get codec(): Codec {
    return this.#session.codec;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === OPEN;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** The ids of frames that are not answered yet. */
  get unanswered(): UnansweredIds {
    return this.#answers.ids;
  }

  /** Notes the time of a message, which is stored with the next session. */
  messageReceived(at: number): void {
    this.#heardAt = at;
  }

  /** Sets the session, and stores it in the socket's attachment. */
  save(session: OrderSession): void {
    this.#session = session;
    const kept: SocketAttachment = { session, heardAt: this.#heardAt };
    if (this.isOpen) this.#socket.serializeAttachment(kept);
  }

  /**
   * Sets the session of a frame. It is stored only while nothing is in flight: an object with calls under way does not
   * hibernate, and a restarted one closes the connections whose stored session has commands without an answer.
   */
  note(session: OrderSession): void {
    if (this.#answers.isEmpty) this.save(session);
    else this.#session = session;
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
    if (this.#answers.isEmpty) this.save(this.#session);
  }

  #send({ commands, answer }: Ready<Answer>): void {
    const answered = this.#session.answered + commands;
    this.#session = { ...this.#session, answered };
    this.reply(answer({ seq: answered, mark: markOf(this.#session.markKey, answered) }));
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

  /** Sends a frame. */
  reply(frame: OrderEntryFrame): void {
    if (!this.isOpen) return;
    try {
      this.#socket.send(writeMessage(this.codec, frame));
    } catch {
      // The socket has just closed: what was not sent is answered again on the next connection.
    }
  }

  close(code: number, reason: string): void {
    if (this.isOpen) this.#socket.close(code, reason);
  }
}
