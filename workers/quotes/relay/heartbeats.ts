import { heartbeatFrame } from "../../../protocol/stream/data.ts";
import type { Connection } from "./connection.ts";
import { HEARTBEAT_MS } from "./limits.ts";
import type { StreamSession } from "./streamSession.ts";
import { nameOf, type Topic } from "./upstreamSubscriptions.ts";

export interface HeartbeatPorts {
  /** The sequence through which this relay has a book; null when it does not follow it. */
  position(symbol: string): number | null;
  now(): number;
  after(ms: number, run: () => void): void;
}

/** The clients, and the topics of each. */
interface Clients extends Iterable<Connection> {
  topicsOf(session: StreamSession): readonly Topic[];
}

/**
 * Sends the last sequence of its books to each client that asked for it, once a second. The timer keeps the object awake,
 * and runs only while there is such a client.
 */
export class Heartbeats {
  readonly #clients: Clients;
  readonly #ports: HeartbeatPorts;
  #isRunning = false;

  constructor(clients: Clients, ports: HeartbeatPorts) {
    this.#clients = clients;
    this.#ports = ports;
  }

  /** A session has changed, or was restored when the object woke. */
  sessionChanged({ heartbeats }: StreamSession): void {
    if (this.#isRunning || heartbeats !== true) return;
    this.#isRunning = true;
    this.#ports.after(HEARTBEAT_MS, () => {
      this.#isRunning = false;
      for (const { session } of this.#beat()) this.sessionChanged(session);
    });
  }

  /** Returns those who asked for it. */
  #beat(): Connection[] {
    const asked = [...this.#clients].filter(({ session }) => session.heartbeats === true);
    for (const connection of asked) {
      // A client that reads too slowly gets its data first.
      if (!connection.isSlow) connection.reply(heartbeatFrame(this.#ports.now(), this.#sequences(connection)));
    }
    return asked;
  }

  #sequences({ session }: Connection): Record<string, number> {
    const sequences: Record<string, number> = {};
    for (const topic of this.#clients.topicsOf(session)) {
      const position = topic.startsWith("book/") ? this.#ports.position(nameOf(topic)) : null;
      if (position !== null) sequences[nameOf(topic)] = position;
    }
    return sequences;
  }
}
