import { type Codec, writeMessage } from "../../../protocol/stream/codec.ts";

/** What a connection needs of its socket. */
export interface ClientSocket {
  readonly readyState: number;
  send(frame: string | Uint8Array): void;
  close(code: number, reason: string): void;
  serializeAttachment(value: unknown): void;
}

/** State that survives hibernation with the socket. */
export interface ClientAttachment<Session> {
  readonly session: Session;
  /** Time of the last message. */
  readonly heardAt: number;
}

const OPEN = 1;

/** One client's socket and its session, of a relay or of order entry. */
export abstract class ClientConnection<Session extends { readonly codec: Codec }> {
  readonly #socket: ClientSocket;
  #session: Session;
  #heardAt: number;
  #hasFailed = false;

  constructor(socket: ClientSocket, { session, heardAt }: ClientAttachment<Session>) {
    this.#socket = socket;
    this.#session = session;
    this.#heardAt = heardAt;
  }

  get session(): Session {
    return this.#session;
  }

  get codec(): Codec {
    return this.#session.codec;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === OPEN && !this.#hasFailed;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Notes the time of a message, which is stored with the next session. */
  messageReceived(at: number): void {
    this.#heardAt = at;
  }

  /** Sets the session, and stores it in the socket's attachment. */
  save(session: Session): void {
    this.setSession(session);
    this.store();
  }

  /** Sets the session until the next one is stored. */
  protected setSession(session: Session): void {
    this.#session = session;
  }

  /** Stores the state that survives hibernation. */
  protected store(): void {
    if (this.isOpen) this.#socket.serializeAttachment(this.attachment());
  }

  protected attachment(): ClientAttachment<Session> {
    return { session: this.#session, heardAt: this.#heardAt };
  }

  /** Sends a control message, or an answer, at once. */
  reply(message: unknown): void {
    this.sendFrame(writeMessage(this.codec, message));
  }

  /** Sends an encoded frame at once. A socket that fails must not fail what is sent to others. */
  sendFrame(frame: string | Uint8Array): void {
    if (this.isOpen) this.sendOpen(frame);
  }

  /** The same without asking whether the socket is open, which is a call of the runtime. */
  protected sendOpen(frame: string | Uint8Array): void {
    if (this.#hasFailed) return;
    try {
      this.#socket.send(frame);
    } catch {
      this.#hasFailed = true;
    }
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState === OPEN) this.#socket.close(code, reason);
  }
}
