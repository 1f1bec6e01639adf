import type { Instruments } from "../../../domain/market/instruments.ts";
import type { NoticeStream } from "../../../protocol/stream/trading.ts";
import type { Connection } from "./connection.ts";
import type { StreamSession } from "./streamSession.ts";
import { channelsDelivered } from "../../../protocol/stream/channels.ts";
import { symbolsOf } from "./channelSymbols.ts";
import type { Topic } from "./upstreamSubscriptions.ts";

/** The topics that a session subscribes to: books, or its account. */
export function topicsOf(session: StreamSession, instruments: Instruments): Topic[] {
  if (session.accountId === null) return [];
  if (session.stream === "trading") {
    const listens = session.listening || (session.notices ?? []).length > 0;
    return listens ? [`account/${session.accountId}`] : [];
  }
  const symbols = symbolsOf(Object.values(session.channels).flat(), instruments);
  const topics = Array.from(symbols, (symbol): Topic => `book/${symbol}`);
  for (const channel of DEPTH_CHANNELS) {
    for (const symbol of symbolsOf(session.channels[channel], instruments)) topics.push(`${channel}/${symbol}`);
  }
  return topics;
}

/** The channels of depth: a book is subscribed again when one of them gets its first subscriber. */
export const DEPTH_CHANNELS = channelsDelivered("changes");

/** The streams of notices that any of these listens to. */
export function noticesOf(connections: Iterable<Connection>): NoticeStream[] {
  const streams = new Set<NoticeStream>();
  for (const { session } of connections) for (const stream of session.notices ?? []) streams.add(stream);
  return [...streams];
}

/** Every open connection with its topics. */
export class Subscribers {
  readonly #instruments: () => Instruments;
  readonly #topics = new Map<Connection, readonly Topic[]>();
  readonly #byTopic = new Map<Topic, Set<Connection>>();

  /** `instruments`: what `*` stands for. */
  constructor(instruments: () => Instruments) {
    this.#instruments = instruments;
  }

  get size(): number {
    return this.#topics.size;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#topics.keys();
  }

  /** Every topic that has a subscriber. */
  get topics(): IterableIterator<Topic> {
    return this.#byTopic.keys();
  }

  of(topic: Topic): ReadonlySet<Connection> | undefined {
    return this.#byTopic.get(topic);
  }

  has(connection: Connection): boolean {
    return this.#topics.has(connection);
  }

  /** Adds a connection, or applies its new session. */
  update(connection: Connection): void {
    this.remove(connection);
    const topics = topicsOf(connection.session, this.#instruments());
    this.#topics.set(connection, topics);
    for (const topic of topics) {
      const subscribers = this.#byTopic.get(topic);
      if (subscribers === undefined) this.#byTopic.set(topic, new Set([connection]));
      else subscribers.add(connection);
    }
  }

  remove(connection: Connection): void {
    for (const topic of this.#topics.get(connection) ?? []) {
      const subscribers = this.#byTopic.get(topic);
      subscribers?.delete(connection);
      if (subscribers?.size === 0) this.#byTopic.delete(topic);
    }
    this.#topics.delete(connection);
  }
}
