import { decodeFrame } from "../../protocol/stream/upstreamFrames.ts";
import { readFeedElement } from "../../protocol/mapping/feedElements.ts";
import {
  afterFailure,
  afterSuccess,
  breakerAt,
  breakerWait,
  CLOSED,
  type FeedBreaker,
  TRY_MS,
} from "../../domain/market/feeds/breaker.ts";
import type { FeedItem, FeedState } from "../../domain/market/feeds/feed.ts";
import { AHEAD_MS, feedStateAt, PROBE_MS, retryWait, SILENT_MS } from "../../domain/market/feeds/liveness.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { FeedSink, FeedSource, SourceView } from "./source.ts";

/** While a connection is open, its liveness is looked at this often. */
const TICK_MS = 1_000;

export interface UpstreamSocket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  message(data: string | ArrayBuffer): void;
  closed(): void;
}

export interface UpstreamPorts {
  /** Opens a socket; rejects when the upstream does not accept it. */
  readonly dial: (events: SocketEvents) => Promise<UpstreamSocket>;
  /** The newest quote and trade of each instrument by REST; what there is none of is left out. */
  readonly latest: (instruments: readonly Instrument[]) => Promise<FeedItem[]>;
  readonly credentials: { readonly key: string; readonly secret: string };
  readonly sink: FeedSink;
  readonly now: () => number;
  readonly random: () => number;
  readonly after: (ms: number, run: () => void) => void;
  /** Calls `onAlarm` at this time, also after a restart. */
  readonly armBy: (at: number) => void;
  readonly log: Log;
}

interface Session {
  phase: "dialling" | "authenticating" | "open";
  socket: UpstreamSocket | null;
  /** What came before the socket could be written to. */
  early: (string | ArrayBuffer)[];
  readonly begunAt: number;
  heardAt: number;
  probedAt: number;
  /** What was heard until then has counted for the breaker. */
  countedAt: number;
  /** Symbols that the upstream was asked for, those whose newest quote and trade are being read, and were read. */
  asked: Set<string>;
  readonly reading: Set<string>;
  readonly backfilled: Set<string>;
  /** When what could not be read is read again; null when nothing failed. */
  readAgainAt: number | null;
  /** The upstream has acknowledged a subscription: what it sends now is current. */
  acknowledged: boolean;
}

/**
 * A connection to an upstream that speaks Alpaca's protocol: authenticates, subscribes, reads what it missed by REST,
 * asks for signs of life, and connects again behind a circuit breaker (MD-111).
 */
export class UpstreamConnection implements FeedSource {
  readonly #ports: UpstreamPorts;
  #wanted: ReadonlyMap<string, Instrument> = new Map();
  #session: Session | null = null;
  #breaker: FeedBreaker = CLOSED;
  #failures = 0;
  #published: FeedState = "down";
  #retryAt: number | null = null;
  #waiting: { symbol: string; done: () => void }[] = [];
  #counts = { connected: 0, failed: 0, refused: 0 };

  constructor(ports: UpstreamPorts) {
    this.#ports = ports;
  }

  state(now: number): FeedState {
    return feedStateAt(this.#session?.acknowledged === true ? this.#session.heardAt : null, now);
  }

  view(): SourceView {
    const heardAt = this.#session?.acknowledged === true ? this.#session.heardAt : null;
    return { breaker: breakerAt(this.#breaker, this.#ports.now()), heardAt, retryAt: this.#retryAt, ...this.#counts };
  }

  want(instruments: ReadonlyMap<string, Instrument>): void {
    const before = this.#wanted;
    this.#wanted = instruments;
    if (instruments.size === 0) return this.#close();
    const session = this.#session;
    if (session === null) return this.#open();
    this.#subscribe(session);
    // What is known of an instrument is forgotten when its terms change.
    const changed = [...instruments.values()].filter(({ symbol, version }) => {
      return before.has(symbol) && before.get(symbol)?.version !== version;
    });
    for (const { symbol } of changed) session.backfilled.delete(symbol);
    if (changed.length > 0 && session.acknowledged) void this.#backfill(session);
  }

  ready(symbol: string): Promise<void> {
    const session = this.#session;
    // Nothing is waited for while REST fails.
    if (session === null || session.backfilled.has(symbol) || session.readAgainAt !== null) return Promise.resolve();
    return new Promise((done) => this.#waiting.push({ symbol, done }));
  }

  onAlarm(): void {
    if (this.#wanted.size === 0) return;
    // While the connection is open, the alarm starts the object again after a crash.
    if (this.#session === null) this.#open();
    else this.#ports.armBy(this.#ports.now() + SILENT_MS);
  }

  #open(): void {
    const { now, armBy, after, dial, log } = this.#ports;
    const wait = Math.max((this.#retryAt ?? 0) - now(), breakerWait(this.#breaker, now()));
    if (wait > 0) return armBy(now() + wait);
    this.#retryAt = null;
    const begunAt = now();
    const session: Session = {
      phase: "dialling",
      socket: null,
      early: [],
      begunAt,
      heardAt: begunAt,
      probedAt: begunAt,
      countedAt: begunAt,
      asked: new Set(),
      reading: new Set(),
      backfilled: new Set(),
      readAgainAt: null,
      acknowledged: false,
    };
    this.#session = session;
    after(TRY_MS, () => {
      if (!session.acknowledged) this.#ended(session, "no connection in time");
    });
    const events = {
      message: (data: string | ArrayBuffer) => this.#received(session, data),
      closed: () => this.#ended(session, "closed"),
    };
    dial(events).then(
      (socket) => {
        session.socket = socket;
        // It took too long, or nobody waits for it any more.
        if (this.#session !== session) return socket.close();
        for (const data of session.early.splice(0)) this.#received(session, data);
      },
      (error: unknown) => {
        log("feed.dial_failed", { error: String(error) });
        this.#ended(session, "not accepted");
      },
    );
  }

  #received(session: Session, data: string | ArrayBuffer): void {
    if (this.#session !== session) return;
    if (session.socket === null) {
      session.early.push(data);
      return;
    }
    session.heardAt = this.#ports.now();
    const items: FeedItem[] = [];
    for (const element of decodeFrame(data)) {
      const item = readFeedElement(element, (symbol) => this.#wanted.get(symbol));
      if (item === "refused") this.#counts.refused++;
      else if (item === "ignored") this.#control(session, element);
      else items.push(item);
      if (this.#session !== session) return;
    }
    this.#passOn(items);
    this.#publishState();
  }

  /** An element of the future is refused: the ones that follow it would count as older. */
  #passOn(items: readonly FeedItem[]): void {
    const possible = items.filter(({ at }) => at <= this.#ports.now() + AHEAD_MS);
    this.#counts.refused += items.length - possible.length;
    if (possible.length > 0) this.#ports.sink.items(possible);
  }

  #control(session: Session, element: unknown): void {
    const { T, msg, code } = (element ?? {}) as Readonly<Record<string, unknown>>;
    if (T === "error") {
      // 405 and 410 are about symbols and channels: the connection goes on.
      this.#ports.log("feed.refused", { code: Number(code) });
      if (code !== 405 && code !== 410 && code !== 411) this.#ended(session, `error ${Number(code)}`);
    } else if (T === "success" && msg === "connected" && session.phase === "dialling") {
      session.phase = "authenticating";
      this.#send(session, { action: "auth", ...this.#ports.credentials });
    } else if (T === "success" && msg === "authenticated" && session.phase === "authenticating") {
      session.phase = "open";
      this.#subscribe(session);
    } else if (T === "subscription" && session.phase === "open") this.#acknowledged(session);
  }

  #acknowledged(session: Session): void {
    if (!session.acknowledged) {
      session.acknowledged = true;
      session.countedAt = session.heardAt;
      this.#counts.connected++;
      this.#succeeded();
      this.#ports.log("feed.connected", { symbols: session.asked.size });
      this.#ports.armBy(this.#ports.now() + SILENT_MS);
      this.#ports.after(TICK_MS, () => this.#tick(session));
    }
    void this.#backfill(session);
  }

  /** Asks for what is wanted and was not asked for, and ends what is not wanted any more. */
  #subscribe(session: Session): void {
    if (session.phase !== "open") return;
    const wanted = [...this.#wanted.keys()];
    const more = wanted.filter((symbol) => !session.asked.has(symbol));
    const fewer = [...session.asked].filter((symbol) => !this.#wanted.has(symbol));
    session.asked = new Set(wanted);
    for (const symbol of fewer) session.backfilled.delete(symbol);
    if (more.length > 0) this.#send(session, { action: "subscribe", ...channelsOf(more) });
    if (fewer.length > 0) this.#send(session, { action: "unsubscribe", ...channelsOf(fewer) });
  }

  /** Reads the newest quote and trade of symbols that were subscribed to, because a quiet one sends nothing for long. */
  async #backfill(session: Session): Promise<void> {
    const { asked, reading, backfilled } = session;
    const missing = [...this.#wanted.values()].filter(
      ({ symbol }) => asked.has(symbol) && !reading.has(symbol) && !backfilled.has(symbol),
    );
    if (missing.length === 0) return;
    for (const { symbol } of missing) reading.add(symbol);
    session.readAgainAt = null;
    try {
      const items = await this.#ports.latest(missing);
      for (const { symbol } of missing) backfilled.add(symbol);
      if (this.#session === session) {
        this.#passOn(items);
        this.#succeeded();
      }
    } catch (error) {
      // The stream itself has what comes next; of a quiet symbol nothing may come.
      this.#ports.log("feed.latest_failed", { error: String(error) });
      session.readAgainAt = this.#ports.now() + PROBE_MS;
    }
    const tried = new Set(missing.map(({ symbol }) => symbol));
    for (const symbol of tried) reading.delete(symbol);
    this.#settle(({ symbol }) => tried.has(symbol));
  }

  #tick(session: Session): void {
    const { now, after, sink } = this.#ports;
    if (this.#session !== session) return;
    const silent = now() - session.heardAt;
    if (silent >= SILENT_MS) return this.#ended(session, "silent");
    if (now() - session.begunAt >= SILENT_MS) this.#failures = 0;
    // An upstream whose symbols do not trade acknowledges the same subscription again.
    if (silent >= PROBE_MS && now() - session.probedAt >= PROBE_MS) {
      session.probedAt = now();
      this.#send(session, { action: "subscribe", ...channelsOf([...session.asked]) });
    }
    if (session.readAgainAt !== null && now() >= session.readAgainAt) void this.#backfill(session);
    // That it lives on is a success, as the newest by REST is.
    if (session.heardAt > session.countedAt) this.#succeeded();
    session.countedAt = session.heardAt;
    this.#publishState();
    sink.tick();
    after(TICK_MS, () => this.#tick(session));
  }

  #send(session: Session, message: object): void {
    try {
      session.socket?.send(JSON.stringify(message));
    } catch {
      this.#ended(session, "not writable");
    }
  }

  #succeeded(): void {
    const before = breakerAt(this.#breaker, this.#ports.now()).phase;
    this.#breaker = afterSuccess(this.#breaker, this.#ports.now());
    if (before !== "closed" && this.#breaker.phase === "closed") this.#ports.log("feed.breaker_closed", {});
  }

  /** The connection has failed: when it is tried again depends on the breaker. */
  #ended(session: Session, reason: string): void {
    if (this.#session !== session) return;
    const { now, random, armBy, log } = this.#ports;
    this.#session = null;
    session.socket?.close();
    this.#counts.failed++;
    const before = breakerAt(this.#breaker, now()).phase;
    this.#breaker = afterFailure(this.#breaker, now());
    if (before !== "open" && this.#breaker.phase === "open") log("feed.breaker_open", { failures: this.#failures + 1 });
    const waitMs = Math.max(retryWait(++this.#failures, random()), breakerWait(this.#breaker, now()));
    this.#retryAt = now() + waitMs;
    log("feed.lost", { reason, failures: this.#failures, waitMs });
    armBy(this.#retryAt);
    this.#settle(() => true);
    this.#publishState();
  }

  #publishState(): void {
    const state = this.state(this.#ports.now());
    if (state === this.#published) return;
    this.#published = state;
    this.#ports.sink.stateChanged();
  }

  /** Nobody wants anything: the upstream has not failed. */
  #close(): void {
    const session = this.#session;
    this.#session = null;
    this.#published = "down";
    this.#retryAt = null;
    if (session === null) return;
    session.socket?.close();
    this.#ports.log("feed.closed", {});
    this.#settle(() => true);
  }

  #settle(which: (waiting: { readonly symbol: string }) => boolean): void {
    const settled = this.#waiting.filter(which);
    this.#waiting = this.#waiting.filter((waiting) => !which(waiting));
    for (const { done } of settled) done();
  }
}

function channelsOf(symbols: readonly string[]) {
  return { quotes: symbols, trades: symbols, statuses: symbols };
}
