/** One stream over many connections: after each disconnect it resumes from the last received event. */
import { setTimeout as sleep } from "node:timers/promises";
import { openStream } from "../rig/streamSocket.ts";
import type { StreamSocket } from "../rig/streamSocket.ts";

const RETRY_MS = 30;
/** Violations stored as text. */
const VIOLATIONS_MAX = 20;

/** The protocol of a stream: its opening messages and its frames. */
export interface StreamTalk {
  readonly url: string;
  /** The opening messages of a connection, with the newest cursor. */
  readonly hello: () => readonly unknown[];
  /** Handles a frame. Throws on an unexpected one. */
  readonly take: (frame: unknown) => void;
}

export class ResumedStream {
  readonly #talk: StreamTalk;
  readonly violations: string[] = [];
  /** Number of accepted connections. */
  connections = 0;
  #socket: StreamSocket | null = null;
  #closing = false;
  #running: Promise<void>;

  constructor(talk: StreamTalk) {
    this.#talk = talk;
    this.#running = this.#run();
  }

  /** Resets the connection; false when there is none. */
  tear(): boolean {
    const socket = this.#socket;
    socket?.tear();
    return socket !== null;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.tear();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      try {
        const socket = await openStream(this.#talk.url, (text) => this.#take(text));
        this.connections++;
        this.#socket = socket;
        for (const message of this.#talk.hello()) socket.send(message);
        if (this.#closing) socket.tear();
        await socket.ended;
      } catch {
        // The exchange is down.
      }
      this.#socket = null;
      if (!this.#closing) await sleep(RETRY_MS);
    }
  }

  #take(text: string): void {
    try {
      this.#talk.take(JSON.parse(text));
    } catch (error) {
      if (this.violations.length < VIOLATIONS_MAX) this.violations.push(`${String(error)} in ${text.slice(0, 400)}`);
    }
  }
}
