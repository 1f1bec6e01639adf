import type { Instruments } from "../../../domain/market/instruments.ts";
import type { NoticeStream } from "../../../protocol/stream/trading.ts";
import type { Connection } from "./connection.ts";
import type { StreamSession } from "./streamSession.ts";
import { symbolsOf } from "./channelSymbols.ts";
import { DEMANDED } from "./demandTopics.ts";
import { instrumentsOf } from "./streamFeed.ts";
import { nameOf, type Topic } from "./upstreamSubscriptions.ts";
import type { FanOut } from "./fanOut.ts";

/** Whether a topic is the data of a symbol that updates are sent of. */
const isSymbol = (topic: Topic): boolean => topic.startsWith("book/") || topic.startsWith("test/");

/** The topics that a session subscribes to: books, or its account. */
export function topicsOf(session: StreamSession, listed: Instruments): Topic[] {
  if (session.accountId === null) return [];
  if (session.stream === "trading") {
    const listens = session.listening || (session.notices ?? []).length > 0;
    return listens ? [`account/${session.accountId}`] : [];
  }
  const instruments = instrumentsOf(session.feed, listed);
  const symbols = symbolsOf(Object.values(session.channels).flat(), instruments);
  if (session.feed === "test") return Array.from(symbols, (symbol): Topic => `test/${symbol}`);
  const topics = new Set(Array.from(symbols, (symbol): Topic => `book/${symbol}`));
  // A book is subscribed again when something on demand gets its first subscriber.
  for (const [channel, demand] of DEMANDED) {
    for (const symbol of symbolsOf(session.channels[channel], instruments)) topics.add(`${demand}/${symbol}`);
  }
  return [...topics];
}

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

  readonly #fanOut: Pick<FanOut, "update" | "remove"> | null;

  /** `instruments`: what `*` stands for. `fanOut` is told who subscribes to which books. */
  constructor(instruments: () => Instruments, fanOut: Pick<FanOut, "update" | "remove"> | null = null) {
    this.#instruments = instruments;
    this.#fanOut = fanOut;
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
    this.#removeTopics(connection);
    const topics = topicsOf(connection.session, this.#instruments());
    this.#topics.set(connection, topics);
    for (const topic of topics) {
      const subscribers = this.#byTopic.get(topic);
      if (subscribers === undefined) this.#byTopic.set(topic, new Set([connection]));
      else subscribers.add(connection);
    }
    this.#fanOut?.update(connection, topics.filter(isSymbol).map(nameOf));
  }

  remove(connection: Connection): void {
    this.#removeTopics(connection);
    this.#fanOut?.remove(connection);
  }

  #removeTopics(connection: Connection): void {
    for (const topic of this.#topics.get(connection) ?? []) {
      const subscribers = this.#byTopic.get(topic);
      subscribers?.delete(connection);
      if (subscribers?.size === 0) this.#byTopic.delete(topic);
    }
    this.#topics.delete(connection);
  }
}
