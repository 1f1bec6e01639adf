/** Traders that send frames of orders over order entry sockets, and repeat what was not answered. */
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../rig/random.ts";
import { openStream } from "../rig/streamSocket.ts";
import type { StreamSocket } from "../rig/streamSocket.ts";
import type { Trader } from "../rig/traders.ts";
import type { Placed } from "./traffic.ts";
import { randomOrder } from "./traffic.ts";

const RETRY_MS = 30;
/** Frames in flight of a trader. */
const FRAMES_MAX = 4;
const COMMANDS_MAX = 8;
/** Orders that a trader leaves open before it cancels the oldest. */
const OPEN_MAX = 24;

type Command = Readonly<Record<string, string>>;

interface Result {
  readonly status: number;
  readonly body: { readonly id: string; readonly status: string; readonly reason?: string } | null;
}

interface Frame {
  readonly T: string;
  readonly id?: string;
  readonly mark?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly results?: readonly Result[];
}

/** One trader's connection, which is opened again until the traffic stops. */
class SocketTrader {
  readonly #url: string;
  readonly #trader: Trader;
  readonly #nextOrder: () => Command;
  readonly #between: (low: number, high: number) => number;
  readonly #placed: (placed: Placed) => void;
  /** Frames without an answer, in the order in which they were sent first. */
  readonly #unanswered = new Map<string, readonly Command[]>();
  /** Commands that the exchange could not carry out, and that are sent again with the same ids. */
  readonly #again: Command[] = [];
  readonly #open: string[] = [];
  #socket: StreamSocket | null = null;
  #received = "";
  #frames = 0;
  #stopping = false;
  #failure: Error | null = null;
  /** Frames that were sent more than once. */
  repeats = 0;
  readonly #running: Promise<void>;

  constructor(
    url: string,
    trader: Trader,
    nextOrder: () => Command,
    between: (low: number, high: number) => number,
    placed: (placed: Placed) => void,
  ) {
    this.#url = url;
    this.#trader = trader;
    this.#nextOrder = nextOrder;
    this.#between = between;
    this.#placed = placed;
    this.#running = this.#run();
  }

  tear(): boolean {
    this.#socket?.tear();
    return this.#socket !== null;
  }

  /** Stops after the last answer. Throws what went wrong. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    if (this.#failure !== null) throw this.#failure;
  }

  get #isDone(): boolean {
    return this.#failure !== null || (this.#stopping && this.#unanswered.size === 0 && this.#again.length === 0);
  }

  async #run(): Promise<void> {
    while (!this.#isDone) {
      this.#received = "";
      try {
        const socket = await openStream(`${this.#url}/v1/trading/stream`, (text) =>
          this.#take(JSON.parse(text) as Frame),
        );
        this.#socket = socket;
        const { keyId: key, secret } = this.#trader;
        socket.send({ action: "auth", key, secret });
        await socket.ended;
      } catch {
        // The exchange is down.
      }
      this.#socket = null;
      if (!this.#isDone) await sleep(RETRY_MS);
    }
  }

  #take(frame: Frame): void {
    try {
      if (frame.mark !== undefined) this.#received = frame.mark;
      if (frame.T === "success") this.#resend();
      else if (frame.T === "ack") this.#acknowledged(frame);
      else if (frame.T === "error") this.#refused(frame);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error("order entry failed", { cause: error });
    }
    if (this.#isDone) this.#socket?.close();
    else this.#fill();
  }

  #resend(): void {
    for (const [id, commands] of this.#unanswered) {
      this.repeats++;
      this.#send(id, commands);
    }
  }

  #refused({ id = "", status = 0, reason }: Frame): void {
    // Of the connection: it is closed, and what was not answered is sent on the next one.
    if (id === "") return;
    if (status < 500) throw new Error(`frame ${id} was refused: ${reason}`);
    this.#again.push(...(this.#unanswered.get(id) ?? []));
    this.#unanswered.delete(id);
  }

  #acknowledged({ id = "", results = [] }: Frame): void {
    const commands = this.#unanswered.get(id) ?? [];
    this.#unanswered.delete(id);
    commands.forEach((command, index) => {
      const { status, body } = results[index] ?? { status: 0, body: null };
      const { client_order_id: clientOrderId = "", action } = command;
      if (status >= 500) this.#again.push(command);
      else if (action === "place") {
        if (status !== 200) throw new Error(`order refused: ${status} ${JSON.stringify(body)}`);
        this.#placed({ trader: this.#trader, clientOrderId, orderId: body?.id ?? "" });
        this.#open.push(clientOrderId);
      } else if (status !== 204 && status !== 422) throw new Error(`cancel refused: ${status} ${JSON.stringify(body)}`);
    });
  }

  #fill(): void {
    while (this.#socket !== null && this.#unanswered.size < FRAMES_MAX && !this.#isDone) {
      const commands = this.#again.splice(0, COMMANDS_MAX);
      if (commands.length === 0) {
        if (this.#stopping) return;
        const orders = this.#between(1, COMMANDS_MAX);
        for (let nth = 0; nth < orders; nth++) commands.push({ ...this.#nextOrder(), action: "place" });
        while (this.#open.length > OPEN_MAX) {
          commands.push({ action: "cancel", client_order_id: this.#open.shift() ?? "" });
        }
      }
      const id = `frame-${++this.#frames}`;
      this.#unanswered.set(id, commands);
      this.#send(id, commands);
    }
  }

  #send(id: string, commands: readonly Command[]): void {
    this.#socket?.send({ action: "orders", id, received: this.#received, commands });
  }
}

export class SocketTraffic {
  readonly #url: string;
  readonly #traders: readonly Trader[];
  readonly #random: () => number;
  #connections: SocketTrader[] = [];
  #next = 0;
  readonly placed: Placed[] = [];

  constructor(url: string, traders: readonly Trader[], seed: number) {
    this.#url = url;
    this.#traders = traders;
    this.#random = seededRandom(seed);
  }

  /** Frames that were sent more than once. */
  get repeats(): number {
    return this.#connections.reduce((sum, { repeats }) => sum + repeats, 0);
  }

  start(): void {
    const between = (low: number, high: number) => low + Math.floor(this.#random() * (high - low + 1));
    this.#connections = this.#traders.map((trader, index) => {
      const next = () => randomOrder(this.#random, index, `socket-${++this.#next}`);
      return new SocketTrader(this.#url, trader, next, between, (placed) => void this.placed.push(placed));
    });
  }

  /** Stops after the last answers. Throws the first error. */
  async stop(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.stop()));
  }
}
