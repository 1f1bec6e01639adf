/** The stream of an account: updates of its orders, balances and positions; resumed by cursor over disconnects. */
import { KeptSocket, type Socket } from "./keptSocket.ts";
import type { Link, TradingEvent, Trouble } from "./messages.ts";

const STREAMS = ["trade_updates", "account_updates", "position_updates", "watchlist_updates"];
/** The stream has no heartbeats; a ping is answered. */
const PING_MS = 2_000;
const SILENCE_MS = 6_000;
const BUSY_MS = 1_200;
const CROWDED_MS = 15_000;

export interface TradingSocketEvents {
  readonly event: (event: TradingEvent) => void;
  readonly link: (link: Link, trouble: Trouble | null) => void;
  readonly renew: () => void;
}

type Frame = TradingEvent & { readonly cursor?: string };

export class TradingSocket {
  readonly #events: TradingSocketEvents;
  readonly #socket: KeptSocket;
  #account: string | null = null;
  #cursor: string | null = null;
  #pings: ReturnType<typeof setInterval> | null = null;

  constructor(url: string, events: TradingSocketEvents, open?: (url: string) => Socket) {
    this.#events = events;
    this.#socket = new KeptSocket(
      () => `${url}?account_id=${this.#account ?? ""}`,
      SILENCE_MS,
      {
        opened: () => this.#listen(),
        message: (text) => this.#frame(text),
        link: (link, trouble) => events.link(link, trouble),
        renew: events.renew,
      },
      open,
    );
  }

  /** Streams this account from now on; null: none. */
  stream(account: string | null): void {
    if (account === this.#account) return;
    this.#socket.stop();
    this.#account = account;
    this.#cursor = null;
    if (this.#pings !== null) clearInterval(this.#pings);
    this.#pings = null;
    if (account === null) return;
    this.#pings = setInterval(() => this.#socket.send("ping"), PING_MS);
    this.#socket.start();
  }

  renewed(): void {
    this.#socket.renewed();
  }

  network(isOnline: boolean): void {
    this.#socket.network(isOnline);
  }

  #listen(): void {
    const cursor = this.#cursor === null ? {} : { cursor: this.#cursor };
    this.#socket.send(JSON.stringify({ action: "listen", data: { streams: STREAMS, ...cursor } }));
  }

  #frame(text: string): void {
    if (text === "pong") return;
    const { stream, data, cursor } = JSON.parse(text) as Frame;
    if (stream === "authorization") {
      if (data["status"] !== "authorized") this.#socket.needsRenewal();
      return;
    }
    if (stream === "error") return this.#error(data);
    const through = cursor ?? (stream === "listening" || stream === "snapshot" ? data["cursor"] : undefined);
    if (typeof through === "string" || typeof through === "number") this.#cursor = String(through);
    if (stream === "listening") this.#socket.live();
    this.#events.event({ stream, data });
  }

  #error(data: TradingEvent["data"]): void {
    const code = Number(data["code"]);
    if (code === 401 || code === 402 || code === 404) this.#socket.needsRenewal();
    else if (code === 407) {
      if (typeof data["cursor"] === "string") this.#cursor = data["cursor"];
      this.#socket.refused("slow");
    } else if (code === 406) this.#socket.refused("crowded", CROWDED_MS);
    else if (code === 409) this.#socket.refused("not allowed", CROWDED_MS);
    else if (code === 412) {
      // The account's updates have begun again: the page reads it as it is now.
      this.#cursor = null;
      this.#listen();
    } else if (code === 429) {
      this.#socket.refused("busy", BUSY_MS);
      setTimeout(() => this.#listen(), BUSY_MS);
    } else if (code === 500) this.#socket.refused("failed");
  }
}
