/** One stream over many connections: whenever one ends, the next goes on after the last event that came. */
import { setTimeout as sleep } from "node:timers/promises";
import { openStream } from "./streamSocket.ts";
import type { StreamSocket } from "./streamSocket.ts";

const RETRY_MS = 30;
/** Violations kept in words; after a few the run is lost anyway. */
const VIOLATIONS_MAX = 20;

/** What a stream says about itself: how it begins, and what its frames mean. */
export interface StreamTalk {
  readonly url: string;
  /** The messages that open a connection, made anew for each: they carry the newest cursor. */
  readonly hello: () => readonly unknown[];
  /** Takes a frame. Throws when it must not have come. */
  readonly take: (frame: unknown) => void;
}

export class ResumedStream {
  readonly #talk: StreamTalk;
  readonly violations: string[] = [];
  /** Connections that were accepted. */
  connections = 0;
  #socket: StreamSocket | null = null;
  #closing = false;
  #running: Promise<void>;

  constructor(talk: StreamTalk) {
    this.#talk = talk;
    this.#running = this.#run();
  }

  /** Cuts the connection, if there is one. True when there was. */
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
        // Nobody listens just now.
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
