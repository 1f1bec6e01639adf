import { SEEDED } from "../../../domain/market/listing.ts";
import { describe, expect, it } from "vitest";
import { INSTRUMENTS } from "../../../domain/market/listing.ts";
import { type Channels, eachChannel } from "../../../protocol/stream/channels.ts";
import { Connection, type SocketAttachment, type Socket } from "./connection.ts";
import { BUFFERED_MAX_BYTES, LINGER_MS, MESSAGES_WAITING_MAX, UNSENT_HOLD_BYTES, UNSENT_MAX_BYTES } from "./limits.ts";
import { updateOfSegment } from "./conflation.ts";
import { readHandshake } from "./handshake.ts";
import { onMessage, openSession } from "./session.ts";
import { type StreamSession, withEveryChannel } from "./streamSession.ts";
import { topicsOf, Subscribers } from "./subscribers.ts";

const origin = { requestId: "", ip: "", userAgent: "" };
const opening = { codec: "msgpack", origin } as const;
const data: StreamSession = { ...openSession({ stream: "data", ...opening }, 0).session, accountId: "acc-1" };
const trading: StreamSession = { ...openSession({ stream: "trading", ...opening }, 0).session, accountId: "acc-1" };
/** The session with these subscriptions. */
const wanting = (session: StreamSession, channels: Partial<Channels>): StreamSession => ({
  ...session,
  channels: { ...eachChannel(() => []), ...channels },
});
const kept = (session: StreamSession): SocketAttachment => ({ session, cursor: null, heardAt: 0 });

interface FakeSocket extends Socket {
  readyState: number;
  bufferedAmount: number;
  sent: (string | Uint8Array)[];
  attachment: unknown;
}

function socket(): FakeSocket {
  return {
    readyState: 1,
    bufferedAmount: 0,
    sent: [],
    attachment: null,
    send(frame) {
      this.sent.push(frame);
    },
    close() {
      this.readyState = 2;
    },
    serializeAttachment(value) {
      this.attachment = value;
    },
  };
}

describe("the stream that an upgrade opens", () => {
  const open = (path: string, type?: string) =>
    readHandshake({
      url: `http://localhost${path}`,
      headers: new Headers(type === undefined ? {} : { "Content-Type": type }),
    });

  it.each(["/stream", "/stream/", "//stream"])("WS-4: %s is the trading stream", (path) => {
    expect(open(path)).toMatchObject({ stream: "trading", codec: "json" });
  });

  it("WS-6: each known feed is the data stream, in the codec of the upgrade", () => {
    expect(["/v2/iex", "/v2/sip", "/v2/delayed_sip/"].map((path) => open(path)?.stream)).toEqual([
      "data",
      "data",
      "data",
    ]);
    expect(open("/v2/iex", "application/msgpack")).toMatchObject({ stream: "data", codec: "msgpack" });
  });

  it.each(["/", "/v2", "/v2/nope", "/v2/iex/more", "/streams"])("WS-2: %s is no stream", (path) => {
    expect(open(path)).toBeNull();
  });
});

describe("subscribers of topics", () => {
  it("MD-3: a data session subscribes to its books, to all with *, and to none before authentication", () => {
    expect(topicsOf(wanting(data, { trades: ["F"], quotes: ["KO", "F"] }), SEEDED)).toEqual(["book/F", "book/KO"]);
    expect(topicsOf(wanting(data, { quotes: ["*"] }), SEEDED)).toHaveLength(INSTRUMENTS.length);
    expect(topicsOf({ ...wanting(data, { trades: ["F"] }), accountId: null }, SEEDED)).toEqual([]);
  });

  it("a trading session subscribes to its own account while it listens", () => {
    expect(topicsOf({ ...trading, listening: true }, SEEDED)).toEqual(["account/acc-1"]);
    expect(topicsOf({ ...trading, notices: ["watchlist_updates"] }, SEEDED)).toEqual(["account/acc-1"]);
    expect(topicsOf(trading, SEEDED)).toEqual([]);
  });

  it("MD-5: a topic has subscribers until the last one closes or unsubscribes", () => {
    const subscribers = new Subscribers(() => SEEDED);
    const [one, two] = [data, data].map(
      (session) => new Connection(socket(), kept(wanting(session, { trades: ["F"] })), () => {}),
    );
    if (one === undefined || two === undefined) throw new Error("unreachable");
    for (const subscriber of [one, two]) subscribers.update(subscriber);
    expect(subscribers.of("book/F")?.size).toBe(2);
    subscribers.remove(one);
    expect([...subscribers.topics]).toEqual(["book/F"]);
    two.save(wanting(two.session, { trades: [] }));
    subscribers.update(two);
    expect([...subscribers.topics]).toEqual([]);
    expect(subscribers.size).toBe(1);
  });

  it("MD-5: a book is kept for a time after its last subscriber; an account is not", () => {
    let now = 0;
    const subscribers = new Subscribers(
      () => SEEDED,
      null,
      () => now,
    );
    const [book, account] = [wanting(data, { trades: ["F"], depth: ["F"] }), { ...trading, listening: true }].map(
      (session) => new Connection(socket(), kept(session), () => {}),
    );
    if (book === undefined || account === undefined) throw new Error("unreachable");
    for (const each of [book, account]) subscribers.update(each);
    for (const each of [book, account]) subscribers.remove(each);
    now = LINGER_MS - 1;
    expect([subscribers.of("book/F")?.size, subscribers.of("depth/F")?.size]).toEqual([0, 0]);
    expect(subscribers.of("account/acc-1")).toBeUndefined();
    // The time begins again with a new subscriber.
    subscribers.update(book);
    now = 2 * LINGER_MS;
    expect(subscribers.of("book/F")?.size).toBe(1);
    subscribers.remove(book);
    now += LINGER_MS;
    expect(subscribers.of("book/F")).toBeUndefined();
    expect(subscribers.of("book/KO")).toBeUndefined();
  });

  it("MD-5: a session of other symbols leaves and joins only what has changed", () => {
    const told: (readonly string[])[] = [];
    const subscribers = new Subscribers(() => SEEDED, {
      update: (_one, symbols) => void told.push(symbols),
      remove: () => {},
    });
    const one = new Connection(socket(), kept(wanting(data, { trades: ["F", "KO"] })), () => {});
    const other = new Connection(socket(), kept(wanting(data, { trades: ["KO"] })), () => {});
    for (const each of [one, other]) subscribers.update(each);
    const ofKo = subscribers.of("book/KO");
    one.save(wanting(one.session, { trades: ["KO", "AAPL"], quotes: ["KO"] }));
    subscribers.update(one);
    expect(subscribers.of("book/KO")).toBe(ofKo);
    expect([...(ofKo ?? [])]).toEqual([one, other]);
    expect([...subscribers.topics]).toEqual(["book/KO", "book/AAPL"]);
    expect(told).toEqual([["F", "KO"], ["KO"], ["KO", "AAPL"]]);
    // A session that has changed in nothing that concerns topics costs nothing.
    one.save({ ...one.session, malformed: 1 });
    subscribers.update(one);
    expect(told).toHaveLength(3);
  });
});

describe("a connection", () => {
  const trades = new Uint8Array(BUFFERED_MAX_BYTES / 2 + 1);
  const change = updateOfSegment({ symbol: "F", sequence: 1, previous: 0, trades, tradeCount: 1, quote: null });

  it("stores its session in the socket's attachment", () => {
    const wire = socket();
    const connection = new Connection(wire, kept(data), () => {});
    connection.save(wanting(data, { trades: ["F"] }));
    connection.setTokens({ left: 3, at: 5 });
    connection.messageReceived(5);
    connection.sentThrough(7);
    expect(wire.attachment).toEqual({
      session: wanting(data, { trades: ["F"] }),
      cursor: 7,
      heardAt: 5,
      tokens: { left: 3, at: 5 },
    });
  });

  it("MD-3: holds frames back while the client does not read, and sends them merged when it does", () => {
    const wire = socket();
    const connection = new Connection(wire, kept(wanting(data, { trades: ["F"] })), () => {});
    wire.bufferedAmount = UNSENT_HOLD_BYTES + 1;
    connection.add(change);
    expect(connection.flush()).toBe(false);
    expect(wire.sent).toEqual([]);
    wire.bufferedAmount = 0;
    expect(connection.flush()).toBe(true);
    expect(wire.sent).toHaveLength(1);
  });

  it.each([
    ["has too much unsent", UNSENT_MAX_BYTES + 1, 0],
    ["has too much held back", UNSENT_HOLD_BYTES + 1, 2],
  ])("a subscriber that %s is reported as too slow", (_, bufferedAmount, changes) => {
    const wire = socket();
    const slow: Connection[] = [];
    const connection = new Connection(wire, kept(wanting(data, { trades: ["*"] })), (one) => slow.push(one));
    wire.bufferedAmount = bufferedAmount;
    for (let i = 0; i < changes; i++) connection.add(change);
    expect(connection.flush()).toBe(true);
    expect(slow).toEqual([connection]);
    expect(wire.sent).toEqual([]);
  });

  it("a failing socket does not disturb the push to the others", () => {
    const wire = socket();
    wire.send = () => {
      throw new Error("broken pipe");
    };
    const connection = new Connection(wire, kept(wanting(data, { trades: ["F"] })), () => {});
    connection.add(change);
    expect(connection.flush()).toBe(true);
    expect(connection.isOpen).toBe(false);
    connection.reply([{ T: "success" }]);
  });

  it("handles messages in order, one at a time, and tells when too many wait", async () => {
    const connection = new Connection(socket(), kept(data), () => {});
    const handled: number[] = [];
    const handle = (i: number) => async (): Promise<void> => {
      await Promise.resolve();
      handled.push(i);
    };
    const all = Array.from({ length: MESSAGES_WAITING_MAX }, (_, i) => connection.enqueue(handle(i)));
    expect(connection.hasTooManyMessages).toBe(true);
    await Promise.all(all);
    expect(connection.hasTooManyMessages).toBe(false);
    expect(handled).toEqual(Array.from({ length: MESSAGES_WAITING_MAX }, (_, i) => i));
    await connection.enqueue(handle(99));
    expect(handled.at(-1)).toBe(99);
  });
});

describe("MD-41: a session that hibernated under an earlier release", () => {
  it("has no symbols of a channel that release did not know, and accepts a subscription to it", () => {
    const { imbalances: _unknown, ...channels } = wanting(data, { quotes: ["F"] }).channels;
    const stored = { ...data, channels } as StreamSession;
    const session = withEveryChannel(stored);
    expect(session.channels).toEqual({ ...eachChannel(() => []), quotes: ["F"] });
    const step = onMessage(session, { action: "subscribe", imbalances: ["F"] }, SEEDED);
    expect(step.session.channels).toEqual({ ...session.channels, imbalances: ["F"] });
  });
});
