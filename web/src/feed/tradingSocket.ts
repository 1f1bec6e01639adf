/** The socket of an account: updates of its orders, balances and positions; resumed by cursor over disconnects. */
import type { Link, TradingEvent } from "./messages.ts";

const STREAMS = ["trade_updates", "account_updates", "position_updates", "watchlist_updates"];
const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 5_000;
/** The stream has no heartbeats; a ping is answered. */
const PING_MS = 5_000;
const SILENCE_MS = 12_000;

export interface TradingSocketEvents {
  readonly event: (event: TradingEvent) => void;
  readonly link: (link: Link) => void;
}

export class TradingSocket {
  readonly #url: string;
  readonly #events: TradingSocketEvents;
  #cursor: string | null = null;
  #socket: WebSocket | null = null;
  #heardAt = 0;
  #retryMs = RETRY_FIRST_MS;
  #isClosed = false;
  readonly #pings: ReturnType<typeof setInterval>;

  constructor(url: string, events: TradingSocketEvents) {
    this.#url = url;
    this.#events = events;
    this.#pings = setInterval(() => this.#ping(), PING_MS);
    this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#pings);
    this.#socket?.close();
    this.#events.link("off");
  }

  #connect(): void {
    if (this.#isClosed) return;
    this.#events.link("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onopen = () => {
      const cursor = this.#cursor === null ? {} : { cursor: this.#cursor };
      socket.send(JSON.stringify({ action: "listen", data: { streams: STREAMS, ...cursor } }));
    };
    socket.onmessage = ({ data }) => {
      this.#heardAt = Date.now();
      if (data === "pong") return;
      const frame = JSON.parse(String(data)) as TradingEvent & { readonly cursor?: string };
      const cursor = frame.cursor ?? (frame.stream === "snapshot" ? (frame.data["cursor"] as string) : undefined);
      if (frame.stream === "listening") {
        this.#retryMs = RETRY_FIRST_MS;
        this.#cursor ??= frame.data["cursor"] as string;
        this.#events.link("live");
      }
      if (cursor !== undefined) this.#cursor = cursor;
      this.#events.event({ stream: frame.stream, data: frame.data });
    };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      if (this.#isClosed) return;
      this.#events.link("lost");
      setTimeout(() => this.#connect(), this.#retryMs * (0.5 + Math.random()));
      this.#retryMs = Math.min(RETRY_LONGEST_MS, this.#retryMs * 2);
    };
  }

  #ping(): void {
    const socket = this.#socket;
    if (socket === null) return;
    if (Date.now() - this.#heardAt > SILENCE_MS) {
      socket.close();
      if (this.#socket === socket) socket.onclose?.(new CloseEvent("close"));
    } else if (socket.readyState === WebSocket.OPEN) socket.send("ping");
  }
}
