/**
 * Sends the segments of a book to relays: by a call, or, while segments follow each other, on a link
 * (protocol/rpc/segmentLink.ts). A link ends when the book is quiet, so that both objects can sleep, and when the relay
 * is silent or closes it. Then calls go on, and the relay is told the position in case segments were lost.
 */
import { KeptStubs } from "../actor/keptStubs.ts";
import { PEER_STUBS_MAX } from "../actor/limits.ts";
import { relayObject } from "../actor/namespaces.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import type { PushAnswer } from "../../protocol/rpc/relay.ts";
import { CHANNELS, channelsDelivered } from "../../protocol/stream/channels.ts";
import { encodeSegment, SEGMENT_LINK_URL } from "../../protocol/rpc/segmentLink.ts";

/** Two calls within this time make the book open a link. */
export const LINK_AFTER_MS = 1_000;
/** A link without segments for this long is closed. */
export const LINK_IDLE_MS = 3_000;
/** A relay that has said nothing for this long, while segments were sent, is given up. */
export const LINK_SILENT_MS = 6_000;
const LINK_CHECK_MS = 1_500;
/** When a link is tried again to a relay that took none. */
export const LINK_REFUSED_MS = 60_000;

/** What a link needs of its WebSocket. */
export interface LinkSocket {
  accept(): void;
  send(bytes: Uint8Array): void;
  close(code: number, reason: string): void;
  addEventListener(type: "message" | "close" | "error", run: () => void): void;
}

export interface RelayLinkPorts {
  /** Opens a link. Null when the relay takes none. */
  open(relay: string): Promise<LinkSocket | null>;
  call(relay: string, segment: MarketSegment): Promise<PushAnswer>;
  /** Segments may not have reached the relay. */
  lost(relay: string): void;
  now(): number;
  after(ms: number, run: () => void): void;
}

interface Link {
  socket: LinkSocket | null;
  isOpening: boolean;
  /** The last call or segment. */
  pushedAt: number;
  /** Segments that were sent since the relay last said that it receives. */
  unconfirmed: number;
  confirmedAt: number;
  hasConfirmed: boolean;
  /** No link is opened before. */
  notBefore: number;
}

const KEEP: PushAnswer = { keep: true };

export class RelayLinks {
  readonly #ports: RelayLinkPorts;
  readonly #links = new Map<string, Link>();
  /** Made once for all relays. */
  readonly #encoded = new WeakMap<MarketSegment, Uint8Array>();

  constructor(ports: RelayLinkPorts) {
    this.#ports = ports;
  }

  /** Pushes a segment. Rejects when the relay is out of reach; what is lost on a link is reported by `lost`. */
  async push(relay: string, segment: MarketSegment): Promise<PushAnswer> {
    const link = this.#links.get(relay);
    const socket = hasEvents(segment) ? null : link?.socket;
    if (link !== undefined && socket && this.#send(relay, link, socket, segment)) return KEEP;
    const answer = await this.#ports.call(relay, segment);
    if (answer.keep) this.#called(relay);
    else this.#links.delete(relay);
    return answer;
  }

  #send(relay: string, link: Link, socket: LinkSocket, segment: MarketSegment): boolean {
    let bytes = this.#encoded.get(segment);
    if (bytes === undefined) this.#encoded.set(segment, (bytes = encodeSegment(segment)));
    try {
      socket.send(bytes);
    } catch {
      this.#end(relay, link, socket);
      return false;
    }
    link.pushedAt = this.#ports.now();
    link.unconfirmed++;
    return true;
  }

  /** The relay has answered a call: when they follow each other, a link is opened. */
  #called(relay: string): void {
    const now = this.#ports.now();
    const link = this.#links.get(relay);
    if (link === undefined) {
      this.#links.set(relay, {
        socket: null,
        isOpening: false,
        pushedAt: now,
        unconfirmed: 0,
        confirmedAt: 0,
        hasConfirmed: false,
        notBefore: 0,
      });
      return;
    }
    const follows = now - link.pushedAt < LINK_AFTER_MS;
    link.pushedAt = now;
    if (follows && !link.isOpening && link.socket === null && now >= link.notBefore) void this.#open(relay, link);
  }

  async #open(relay: string, link: Link): Promise<void> {
    link.isOpening = true;
    const socket = await this.#ports.open(relay).catch(() => null);
    link.isOpening = false;
    const now = this.#ports.now();
    if (socket === null) {
      link.notBefore = now + LINK_REFUSED_MS;
      return;
    }
    socket.accept();
    // The relay has no subscribers any more.
    if (this.#links.get(relay) !== link) return socket.close(1000, "not used");
    link.socket = socket;
    link.unconfirmed = 0;
    link.confirmedAt = now;
    link.hasConfirmed = false;
    socket.addEventListener("message", () => {
      link.unconfirmed = 0;
      link.confirmedAt = this.#ports.now();
      link.hasConfirmed = true;
    });
    for (const event of ["close", "error"] as const) {
      socket.addEventListener(event, () => this.#end(relay, link, socket));
    }
    this.#checkLater(relay, link, socket);
  }

  /** Runs while the link is open. */
  #checkLater(relay: string, link: Link, socket: LinkSocket): void {
    this.#ports.after(LINK_CHECK_MS, () => {
      if (link.socket !== socket) return;
      const now = this.#ports.now();
      const isSilent = link.unconfirmed > 0 && now - link.confirmedAt >= LINK_SILENT_MS;
      if (isSilent || now - link.pushedAt >= LINK_IDLE_MS) this.#end(relay, link, socket);
      else this.#checkLater(relay, link, socket);
    });
  }

  #end(relay: string, link: Link, socket: LinkSocket): void {
    if (link.socket !== socket) return;
    link.socket = null;
    if (!link.hasConfirmed && link.unconfirmed > 0) link.notBefore = this.#ports.now() + LINK_REFUSED_MS;
    try {
      socket.close(1000, "done");
    } catch {
      // It has closed already.
    }
    if (link.unconfirmed > 0) this.#ports.lost(relay);
  }
}

const EVENT_PARTS = channelsDelivered("events").map((channel) => CHANNELS[channel].part);

/** Bars have no sequence by which a relay could ask for those that it has missed: a call is acknowledged. */
function hasEvents(segment: MarketSegment): boolean {
  return EVENT_PARTS.some((part) => segment[part] !== undefined);
}

/** Links to relays by their names. */
export function linksBy(env: { RELAY: DurableObjectNamespace }, lost: (relay: string) => void): RelayLinks {
  const stubs = new KeptStubs((relay) => relayObject(env, relay), PEER_STUBS_MAX);
  return new RelayLinks({
    open: async (relay) => {
      const upgrade = { headers: { Upgrade: "websocket" } };
      const { webSocket, body } = await stubs.call(relay, (stub) => stub.fetch(SEGMENT_LINK_URL, upgrade));
      await body?.cancel();
      return webSocket;
    },
    call: (relay, segment) => stubs.call(relay, (stub) => stub.pushMarket(segment)),
    lost,
    now: () => Date.now(),
    after: (ms, run) => void setTimeout(run, ms),
  });
}
