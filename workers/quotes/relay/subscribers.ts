import type { Instruments } from "../../../domain/market/instruments.ts";
import type { NoticeStream } from "../../../protocol/stream/trading.ts";
import type { Connection } from "./connection.ts";
import type { StreamSession } from "./streamSession.ts";
import { symbolsOf } from "./channelSymbols.ts";
import { symbolOfId } from "./indicators/spec.ts";
import { DEMANDED } from "./demandTopics.ts";
import { instrumentsOf } from "./streamFeed.ts";
import { nameOf, type Topic } from "./upstreamSubscriptions.ts";
import type { FanOut } from "./fanOut.ts";
import { LINGER_MS } from "./limits.ts";

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
  // The values of an indicator follow the bars of its symbol.
  for (const symbol of (session.indicators ?? []).map(symbolOfId)) topics.add(`book/${symbol}`).add(`bars/${symbol}`);
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

/** What the topics of a connection were computed from, and what they are. */
interface Place {
  readonly session: StreamSession;
  readonly instruments: Instruments;
  readonly topics: ReadonlySet<Topic>;
}

const NOBODY: ReadonlySet<Connection> = new Set();

/** Every open connection with its topics. */
export class Subscribers {
  readonly #instruments: () => Instruments;
  readonly #now: () => number;
  readonly #places = new Map<Connection, Place>();
  readonly #byTopic = new Map<Topic, Set<Connection>>();
  /** When topics of books have lost their last subscriber. */
  readonly #lostAt = new Map<Topic, number>();

  readonly #fanOut: Pick<FanOut, "update" | "remove"> | null;

  /** `instruments`: what `*` stands for. `fanOut` is told who subscribes to which books. */
  constructor(
    instruments: () => Instruments,
    fanOut: Pick<FanOut, "update" | "remove"> | null = null,
    now: () => number = Date.now,
  ) {
    this.#instruments = instruments;
    this.#fanOut = fanOut;
    this.#now = now;
  }

  get size(): number {
    return this.#places.size;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#places.keys();
  }

  /** Every topic that has a subscriber. */
  get topics(): IterableIterator<Topic> {
    return this.#byTopic.keys();
  }

  /**
   * The subscribers of a topic; undefined without any. A book is kept for a time after the last one, without any, so
   * that a client which unsubscribes and subscribes again and again causes no calls of it.
   */
  of(topic: Topic): ReadonlySet<Connection> | undefined {
    const subscribers = this.#byTopic.get(topic);
    if (subscribers !== undefined) return subscribers;
    const lostAt = this.#lostAt.get(topic);
    if (lostAt === undefined) return undefined;
    if (this.#now() - lostAt < LINGER_MS) return NOBODY;
    this.#lostAt.delete(topic);
    return undefined;
  }

  has(connection: Connection): boolean {
    return this.#places.has(connection);
  }

  /** Adds a connection, or applies its new session: only the topics that have changed cost anything. */
  update(connection: Connection): void {
    const { session } = connection;
    const instruments = this.#instruments();
    const before = this.#places.get(connection);
    if (before?.instruments === instruments && hasSameTopics(before.session, session)) return;
    const topics = new Set(topicsOf(session, instruments));
    this.#places.set(connection, { session, instruments, topics });
    for (const topic of before?.topics ?? []) if (!topics.has(topic)) this.#removeFrom(topic, connection);
    for (const topic of topics) if (before?.topics.has(topic) !== true) this.#addTo(topic, connection);
    this.#fanOut?.update(connection, [...topics].filter(isSymbol).map(nameOf));
  }

  remove(connection: Connection): void {
    for (const topic of this.#places.get(connection)?.topics ?? []) this.#removeFrom(topic, connection);
    this.#places.delete(connection);
    this.#fanOut?.remove(connection);
  }

  #addTo(topic: Topic, connection: Connection): void {
    const subscribers = this.#byTopic.get(topic);
    if (subscribers !== undefined) return void subscribers.add(connection);
    this.#byTopic.set(topic, new Set([connection]));
    this.#lostAt.delete(topic);
  }

  #removeFrom(topic: Topic, connection: Connection): void {
    const subscribers = this.#byTopic.get(topic);
    subscribers?.delete(connection);
    if (subscribers?.size !== 0) return;
    this.#byTopic.delete(topic);
    if (!topic.startsWith("account/") && !topic.startsWith("test/")) this.#lostAt.set(topic, this.#now());
  }
}

function hasSameTopics(before: StreamSession, after: StreamSession): boolean {
  return (
    before.channels === after.channels &&
    before.accountId === after.accountId &&
    before.listening === after.listening &&
    before.notices === after.notices
  );
}
