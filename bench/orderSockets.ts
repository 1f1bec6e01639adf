/** Clients of order entry (/v1/trading/stream) for load: one socket for each account, with frames in flight. */
import type { Key } from "../dev/credentials.ts";
import { openStream } from "../test/rig/streamSocket.ts";
import type { StreamSocket } from "../test/rig/streamSocket.ts";

export interface Times {
  readonly in: number;
  readonly account_in?: number;
  readonly account_out?: number;
  readonly out: number;
}

export interface Ack {
  readonly results: readonly { readonly status: number; readonly body: { readonly id: string } | null }[];
  readonly times: Times;
}

interface Frame {
  readonly T: string;
  readonly id?: string;
  readonly seq?: number;
  readonly mark?: string;
  readonly window?: number;
  readonly message?: string;
}

interface Waiting {
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: Error) => void;
}

/** One authenticated connection. */
export class OrderSocket {
  readonly #waiting = new Map<string, Waiting>();
  readonly #queue: { readonly text: string; readonly commands: number; readonly id: string }[] = [];
  readonly #run = Math.random().toString(36).slice(2);
  #socket: StreamSocket | null = null;
  #window = 0;
  #admitted = 0;
  #received = 0;
  #mark = "";
  #sent = 0;

  /** Opens a connection. Rejects when it is refused. */
  static async open(url: string, { keyId, secret }: Key): Promise<OrderSocket> {
    const client = new OrderSocket();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = await openStream(`${url}/v1/trading/stream`, (text) => {
      const frame = JSON.parse(text) as Frame & Ack;
      if (frame.T === "success") {
        client.#window = frame.window ?? 0;
        resolve();
      } else client.#take(frame);
    });
    client.#socket = socket;
    void socket.ended.then(() => {
      const error = new Error("the exchange has closed the connection");
      reject(error);
      for (const { reject: lost } of client.#waiting.values()) lost(error);
    });
    socket.send({ action: "auth", key: keyId, secret });
    await promise;
    return client;
  }

  /** Commands that may still be sent before the window is full. */
  get free(): number {
    return this.#window - (this.#admitted - this.#received) - this.queued;
  }

  /** Commands that wait for the window. */
  get queued(): number {
    return this.#queue.reduce((sum, { commands }) => sum + commands, 0);
  }

  /** Sends commands (JSON texts) as a frame, as soon as the window allows. Rejects when the frame is refused. */
  send(commands: readonly string[]): Promise<Ack> {
    const id = `${this.#run}-${this.#sent++}`;
    const text = `"id":"${id}","commands":[${commands.join(",")}]}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#queue.push({ text, commands: commands.length, id });
      this.#flush();
    });
  }

  close(): void {
    this.#socket?.tear();
  }

  #flush(): void {
    for (;;) {
      const [next] = this.#queue;
      if (next === undefined || this.#admitted - this.#received + next.commands > this.#window) return;
      this.#queue.shift();
      this.#admitted += next.commands;
      this.#socket?.sendText(`{"action":"orders","received":"${this.#mark}",${next.text}`);
    }
  }

  #take(frame: Frame & Ack): void {
    if (frame.seq !== undefined) this.#received = frame.seq;
    if (frame.mark !== undefined) this.#mark = frame.mark;
    const waiting = this.#waiting.get(frame.id ?? "");
    this.#waiting.delete(frame.id ?? "");
    if (frame.T === "ack") waiting?.resolve(frame);
    else waiting?.reject(new Error(frame.message ?? "refused"));
    this.#flush();
  }
}
