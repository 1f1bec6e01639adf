/** Traders that send frames of orders over order entry sockets, and repeat what was not answered. */
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../rig/random.ts";
import { openStream } from "../rig/streamSocket.ts";
import type { StreamSocket } from "../rig/streamSocket.ts";
import type { Trader } from "../rig/traders.ts";
import type { Acknowledged, Command, Resting } from "./acknowledged.ts";
import type { Outcome } from "./client.ts";
import { cancelOf, randomOrder, replaceOf } from "./traffic.ts";

const RETRY_MS = 30;
/** Frames in flight of a trader. */
const FRAMES_MAX = 4;
const COMMANDS_MAX = 8;
/** Orders that a trader leaves open before it cancels the oldest. */
const OPEN_MAX = 24;
const ALL_OR_NONE_SHARE = 0.2;
/** Of those, the ones that cancel an order again, which refuses the whole frame. */
const REFUSED_SHARE = 0.3;

interface Commands {
  readonly commands: readonly Command[];
  readonly allOrNone: boolean;
}

/** Makes commands of one trader. */
interface CommandSource {
  place(): Command;
  replace(target: Resting): Command;
  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number;
}

interface Frame {
  readonly T: string;
  readonly id?: string;
  readonly mark?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly results?: readonly Outcome[];
}

/** One trader's connection, which is opened again until the traffic stops. */
class SocketTrader {
  readonly #url: string;
  readonly #trader: Trader;
  readonly #source: CommandSource;
  readonly #acknowledged: Acknowledged;
  /** Frames without an answer, in the order in which they were sent first. */
  readonly #unanswered = new Map<string, Commands>();
  /** Commands that the exchange could not carry out, and that are sent again with the same ids. */
  readonly #again: Command[] = [];
  readonly #open: Resting[] = [];
  #canceled: Resting | null = null;
  #socket: StreamSocket | null = null;
  #received = "";
  #frames = 0;
  #stopping = false;
  #failure: Error | null = null;
  /** Frames that were sent more than once, frames refused as a whole, and replaces. */
  readonly counts = { repeats: 0, refused: 0, replaces: 0 };
  readonly #running: Promise<void>;

  constructor(url: string, trader: Trader, source: CommandSource, acknowledged: Acknowledged) {
    this.#url = url;
    this.#trader = trader;
    this.#source = source;
    this.#acknowledged = acknowledged;
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
      else if (frame.T === "ack") this.#answered(frame);
      else if (frame.T === "error") this.#refused(frame);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error("order entry failed", { cause: error });
    }
    if (this.#isDone) this.#socket?.close();
    else this.#fill();
  }

  #resend(): void {
    for (const [id, commands] of this.#unanswered) {
      this.counts.repeats++;
      this.#send(id, commands);
    }
  }

  #refused({ id = "", status = 0, reason }: Frame): void {
    // Of the connection: it is closed, and what was not answered is sent on the next one.
    if (id === "") return;
    if (status < 500) throw new Error(`frame ${id} was refused: ${reason}`);
    this.#again.push(...(this.#unanswered.get(id)?.commands ?? []));
    this.#unanswered.delete(id);
  }

  #answered({ id = "", results = [] }: Frame): void {
    const { commands, allOrNone } = this.#unanswered.get(id) ?? { commands: [], allOrNone: false };
    this.#unanswered.delete(id);
    const { resting, notExecuted } = this.#acknowledged.takeAll(this.#trader, commands, results, allOrNone);
    this.#open.push(...resting);
    this.#again.push(...notExecuted, ...commands.filter((_, index) => (results[index]?.status ?? 0) >= 500));
    if (notExecuted.length > 0) this.counts.refused++;
  }

  #fill(): void {
    while (this.#socket !== null && this.#unanswered.size < FRAMES_MAX && !this.#isDone) {
      const again = this.#again.splice(0, COMMANDS_MAX);
      if (again.length === 0 && this.#stopping) return;
      const next = again.length > 0 ? { commands: again, allOrNone: false } : this.#next();
      const id = `frame-${++this.#frames}`;
      this.#unanswered.set(id, next);
      this.#send(id, next);
    }
  }

  #next(): Commands {
    const { between } = this.#source;
    const commands = Array.from({ length: between(1, COMMANDS_MAX) }, () => this.#source.place());
    const replaced = between(0, 1) === 0 ? this.#open.shift() : undefined;
    if (replaced !== undefined) {
      commands.push(this.#source.replace(replaced));
      this.counts.replaces++;
    }
    const allOrNone = between(1, 100) <= 100 * ALL_OR_NONE_SHARE;
    if (allOrNone && this.#canceled !== null && between(1, 100) <= 100 * REFUSED_SHARE) {
      commands.push(cancelOf(this.#canceled));
    }
    while (this.#open.length > OPEN_MAX) {
      this.#canceled = this.#open.shift() as Resting;
      commands.push(cancelOf(this.#canceled));
    }
    return { commands, allOrNone };
  }

  #send(id: string, { commands, allOrNone }: Commands): void {
    const fields = commands.map((command) => command.fields);
    const frame = { action: "orders", id, received: this.#received, commands: fields, all_or_none: allOrNone };
    this.#socket?.send(frame);
  }
}

export class SocketTraffic {
  readonly #url: string;
  readonly #traders: readonly Trader[];
  readonly #random: () => number;
  readonly #acknowledged: Acknowledged;
  #connections: SocketTrader[] = [];
  #next = 0;

  constructor(url: string, traders: readonly Trader[], seed: number, acknowledged: Acknowledged) {
    this.#url = url;
    this.#traders = traders;
    this.#random = seededRandom(seed);
    this.#acknowledged = acknowledged;
  }

  /** Frames that were sent more than once, frames refused as a whole, and replaces. */
  get counts(): { readonly repeats: number; readonly refused: number; readonly replaces: number } {
    const sum = { repeats: 0, refused: 0, replaces: 0 };
    for (const { counts } of this.#connections) {
      for (const name of ["repeats", "refused", "replaces"] as const) sum[name] += counts[name];
    }
    return sum;
  }

  /** Resets one of the connections; false when it is not open. */
  tear(pick: (count: number) => number): boolean {
    return this.#connections[pick(this.#connections.length)]?.tear() === true;
  }

  start(): void {
    const between = (low: number, high: number) => low + Math.floor(this.#random() * (high - low + 1));
    this.#connections = this.#traders.map((trader, index) => {
      const source: CommandSource = {
        place: () => this.#place(index),
        replace: (target) => replaceOf(this.#random, target, { id: `socket-${++this.#next}`, sent: true }),
        between,
      };
      return new SocketTrader(this.#url, trader, source, this.#acknowledged);
    });
  }

  /** Stops after the last answers. Throws the first error. */
  async stop(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.stop()));
  }

  /** A new order, with a client order id of its own or with one from the id of its command. */
  #place(trader: number): Command {
    const id = `socket-${++this.#next}`;
    const { client_order_id: own, ...unnamed } = randomOrder(this.#random, trader, id);
    const named = this.#random() < 0.5;
    const fields = { action: "place", ...unnamed, ...(named ? { client_order_id: own } : { id }) };
    return { action: "place", target: null, clientOrderId: named ? own : `req:${id}`, fields };
  }
}
