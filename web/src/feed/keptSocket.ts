/**
 * A WebSocket that is kept up: opened again after it was closed or fell silent, sooner at first and then less often, and
 * not before the access cookie is renewed when the exchange did not accept it.
 */
import type { Link, Trouble } from "./messages.ts";

const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 4_000;
/** A connection that lasted so long was a good one: the next retry is a first one. */
const GOOD_AFTER_MS = 10_000;
const WATCH_MS = 500;
/** When the browser says that there is no network, silence is believed sooner. */
const SILENCE_OFFLINE_MS = 2_500;
/** If the page does not answer that the session is renewed. */
const RENEWAL_MS = 30_000;

export interface KeptSocketEvents {
  readonly opened: () => void;
  readonly message: (text: string) => void;
  readonly link: (link: Link, trouble: Trouble | null) => void;
  /** The exchange does not accept the session's cookie: the page is to renew it and say so (`renewed`). */
  readonly renew: () => void;
}

/** The part of a WebSocket that is used here. */
export type Socket = Pick<
  WebSocket,
  "readyState" | "bufferedAmount" | "send" | "close" | "onopen" | "onmessage" | "onclose"
>;

const OPEN = 1;

export class KeptSocket {
  readonly #url: () => string;
  readonly #silenceMs: number;
  readonly #events: KeptSocketEvents;
  readonly #open: (url: string) => Socket;
  #socket: Socket | null = null;
  #watch: ReturnType<typeof setInterval> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #retryMs = RETRY_FIRST_MS;
  #notBeforeMs = 0;
  #heardAt = 0;
  #liveAt: number | null = null;
  #isOnline = true;
  #trouble: Trouble | null = null;

  constructor(
    url: () => string,
    silenceMs: number,
    events: KeptSocketEvents,
    open: (url: string) => Socket = (at) => new WebSocket(at),
  ) {
    this.#url = url;
    this.#silenceMs = silenceMs;
    this.#events = events;
    this.#open = open;
  }

  get isLive(): boolean {
    return this.#liveAt !== null;
  }

  /** Milliseconds since anything was heard. */
  get silentMs(): number {
    return Date.now() - this.#heardAt;
  }

  start(): void {
    if (this.#watch !== null) return;
    this.#watch = setInterval(() => this.#check(), WATCH_MS);
    this.#events.link("connecting", null);
    this.#connect();
  }

  stop(): void {
    if (this.#watch === null) return;
    clearInterval(this.#watch);
    this.#watch = null;
    this.#clearRetry();
    this.#leave();
    this.#retryMs = RETRY_FIRST_MS;
    this.#trouble = null;
    this.#events.link("off", null);
  }

  /** Opens a new connection in place of this one, at once. */
  restart(): void {
    if (this.#watch === null) return;
    this.#clearRetry();
    if (this.isLive) this.#events.link("connecting", null);
    this.#leave();
    this.#connect();
  }

  send(text: string): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(text);
  }

  /** The exchange has accepted this connection. */
  live(): void {
    this.#liveAt = Date.now();
    this.#trouble = null;
    this.#events.link("live", null);
  }

  /** Notes what the exchange refused; said until the next connection is accepted. */
  refused(trouble: Trouble, waitMs = 0): void {
    this.#trouble = trouble;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, waitMs);
    if (this.isLive) this.#events.link("live", trouble);
  }

  /** The session's cookie was not accepted: closes, and waits for `renewed`. */
  needsRenewal(): void {
    if (this.#socket === null) return;
    this.#leave();
    this.#events.link("lost", "session");
    this.#events.renew();
    this.#retryIn(RENEWAL_MS);
  }

  /** The session has a new cookie. */
  renewed(): void {
    if (this.#socket === null && this.#watch !== null) this.restart();
  }

  /** What the browser says of the network. */
  network(isOnline: boolean): void {
    this.#isOnline = isOnline;
    if (isOnline && this.#retry !== null) this.restart();
  }

  #connect(): void {
    const socket = this.#open(this.#url());
    this.#socket = socket;
    this.#heardAt = Date.now();
    this.#notBeforeMs = 0;
    socket.onopen = () => {
      if (socket === this.#socket) this.#events.opened();
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heardAt = Date.now();
      this.#events.message(String(data));
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lost();
    };
  }

  /** A connection that was cut without a close is found by its silence. */
  #check(): void {
    const limit = this.#isOnline ? this.#silenceMs : Math.min(this.#silenceMs, SILENCE_OFFLINE_MS);
    if (this.#socket !== null && this.silentMs > limit) this.#lost();
  }

  #lost(): void {
    if (this.#liveAt !== null && Date.now() - this.#liveAt > GOOD_AFTER_MS) this.#retryMs = RETRY_FIRST_MS;
    this.#leave();
    this.#events.link("lost", this.#trouble);
    this.#retryIn(Math.max(this.#notBeforeMs, this.#retryMs * (0.5 + Math.random())));
    this.#retryMs = Math.min(RETRY_LONGEST_MS, this.#retryMs * 2);
  }

  #leave(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#liveAt = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #retryIn(ms: number): void {
    this.#clearRetry();
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#connect();
    }, ms);
  }

  #clearRetry(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }
}
