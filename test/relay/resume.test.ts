/** Resuming streams inside workerd: clients get what they missed by lost pushes, hibernation or closed sockets. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { LEASE_MS } from "../../workers/quotes/relay/limits.ts";
import { account, ACCOUNT, freshRelay, makeUpdate, publish, push, pushUpdate, fakeObject } from "./fakes.ts";
import { listening, open, WAIT_OPTIONS, RIGHT, subscribed, type Subscriber } from "./subscriber.ts";

type Element = Record<string, unknown>;

/** A subscriber's market data as text: kind and number of each element, by frame. */
function inWords({ frames }: Subscriber): string[] {
  return frames.map((frame) => (frame as Element[]).map(({ T, seq }) => `${String(T)}${String(seq)}`).join(" "));
}

const saw = (subscriber: Subscriber, words: string[]) =>
  vi.waitFor(() => expect(inWords(subscriber)).toEqual(words), WAIT_OPTIONS);

/** The cursors of the updates that a subscriber received. */
const cursors = ({ frames }: Subscriber): string[] =>
  frames.map((frame) => String((frame as Element)["cursor"] ?? (frame as Element)["stream"]));

describe("MD-6: a subscriber of market data", () => {
  it.each(["json", "msgpack"] as const)(
    "gets what it missed in one frame, then the rest, nothing twice (%s)",
    async (codec) => {
      const relay = freshRelay();
      const symbol = codec === "json" ? "AMD" : "COST";
      for (const bid of [100, null, null, 101]) await publish(symbol, bid === null ? null : bid * 10_000);
      const subscriber = await subscribed(
        relay,
        { trades: [symbol], quotes: [symbol], cursors: { [symbol]: 2 } },
        codec,
      );
      await saw(subscriber, ["t3 t4 q4"]);
      await push(relay, symbol);
      await saw(subscriber, ["t3 t4 q4", "t5"]);
      // A second subscriber of the same book gets only its own channels.
      const other = await subscribed(relay, { trades: [symbol], cursors: { [symbol]: "5" } }, codec);
      await push(relay, symbol, 990_000);
      await saw(other, ["t6"]);
      await saw(subscriber, ["t3 t4 q4", "t5", "t6 q6"]);
      expect(inWords(other)).toEqual(["t6"]);
    },
  );

  it("gets the latest quote at once without a cursor, also on a book with other subscribers and after hibernation", async () => {
    const relay = freshRelay();
    await publish("NFLX", 1_000_000);
    const first = await subscribed(relay, { trades: ["NFLX"], quotes: ["NFLX"] });
    await saw(first, ["q1"]);
    await push(relay, "NFLX", 1_010_000);
    const second = await subscribed(relay, { quotes: ["NFLX"] });
    await saw(second, ["q2"]);
    await evictDurableObject(relay);
    const third = await subscribed(relay, { quotes: ["NFLX"] });
    await saw(third, ["q2"]);
    // An added channel does not affect the one that is subscribed.
    second.frames.length = 0;
    second.say({ action: "subscribe", trades: ["NFLX"] });
    await second.sees([expect.objectContaining({ T: "subscription" })]);
    second.frames.length = 0;
    await push(relay, "NFLX");
    await saw(second, ["t3"]);
    await saw(first, ["q1", "t2 q2", "t3"]);
  });

  it("is told when its cursor is too old, ahead or invalid", async () => {
    const relay = freshRelay();
    for (let nth = 1; nth <= 5; nth++) await publish("META", 1_000_000);
    await fakeObject(env.ORDER_BOOK, "META").forget(3);
    const old = await subscribed(relay, { trades: ["META"], quotes: ["META"], cursors: { META: 1 } });
    await vi.waitFor(() => expect(old.frames).toHaveLength(2), WAIT_OPTIONS);
    expect(old.frames[0]).toEqual([{ T: "snapshot", S: "META", reason: "cursor_too_old", seq: 3 }]);
    expect(inWords(old)[1]).toBe("t4 t5 q5");
    const ahead = await subscribed(relay, { quotes: ["META"], cursors: { META: 6 } });
    await vi.waitFor(() => expect(ahead.frames).toHaveLength(2), WAIT_OPTIONS);
    expect(ahead.frames[0]).toEqual([{ T: "error", code: 412, msg: "cursor 6 is ahead of META, which is at 5" }]);
    expect(inWords(ahead)[1]).toBe("q5");
    ahead.say({ action: "subscribe", trades: ["META"], cursors: { META: "five" } });
    await ahead.sees([{ T: "error", code: 412, msg: "cursor is no sequence: META" }]);
  });
});

describe("MD-7: market data is complete", () => {
  it("when pushes are lost, repeated, or merged with earlier ones", async () => {
    const relay = freshRelay();
    const subscriber = await subscribed(relay, { trades: ["DIS"], quotes: ["DIS"] });
    const first = await publish("DIS");
    await relay.pushMarket(first);
    await relay.pushMarket(first);
    await publish("DIS", 1_000_000);
    await push(relay, "DIS");
    await vi.waitFor(() => expect(inWords(subscriber).join(" ")).toBe("t1 t2 t3 q2"), WAIT_OPTIONS);
    // The publisher's next attempt contains everything that the relay has, and one more.
    const { sequence, trades } = await publish("DIS");
    const all = new Uint8Array([...first.trades, ...trades]);
    await relay.pushMarket({ symbol: "DIS", previous: 0, sequence, trades: all, tradeCount: 2, quote: null });
    await vi.waitFor(() => expect(inWords(subscriber).join(" ")).toBe("t1 t2 t3 q2 t4"), WAIT_OPTIONS);
  });

  it("when the last push is lost: a position message of the book, or the next renewal, shows it", async () => {
    const relay = freshRelay();
    const subscriber = await subscribed(relay, { trades: ["GOOGL"] });
    await push(relay, "GOOGL");
    await publish("GOOGL");
    const position = {
      symbol: "GOOGL",
      previous: 2,
      sequence: 2,
      trades: new Uint8Array(),
      tradeCount: 0,
      quote: null,
    };
    await relay.pushMarket(position);
    await saw(subscriber, ["t1", "t2"]);
    await publish("GOOGL");
    expect(await runDurableObjectAlarm(relay)).toBe(true);
    await vi.waitFor(() => expect(inWords(subscriber)).toEqual(["t1", "t2", "t3"]), WAIT_OPTIONS);
  });

  it("when pushes are lost during hibernation", async () => {
    const relay = freshRelay();
    const subscriber = await subscribed(relay, { trades: ["AVGO"] });
    await push(relay, "AVGO");
    await evictDurableObject(relay);
    await publish("AVGO");
    await push(relay, "AVGO");
    await vi.waitFor(() => expect(inWords(subscriber).join(" ")).toBe("t1 t2 t3"), WAIT_OPTIONS);
  });
});

describe("WS-11: a trading stream", () => {
  it("continues after its cursor, page by page, then live; without a cursor it starts now", async () => {
    const relay = freshRelay();
    for (let nth = 0; nth < 5; nth++) await makeUpdate();
    const resumed = await open(relay, "/stream");
    resumed.say(RIGHT);
    resumed.say({ action: "listen", data: { streams: ["trade_updates"], cursor: "1" } });
    await vi.waitFor(() => expect(resumed.frames).toHaveLength(6), WAIT_OPTIONS);
    expect(resumed.frames[1]).toEqual({ stream: "listening", data: { streams: ["trade_updates"], cursor: "1" } });
    const fresh = await listening(relay);
    await pushUpdate(relay);
    await vi.waitFor(() => expect(cursors(fresh)).toEqual(["6"]), WAIT_OPTIONS);
    expect(cursors(resumed).slice(2)).toEqual(["2", "3", "4", "5", "6"]);
  });

  it("that listens again continues; with a cursor it restarts there", async () => {
    const relay = freshRelay();
    const subscriber = await listening(relay);
    const { sequence } = await makeUpdate();
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"] } });
    await vi.waitFor(
      () => expect(cursors(subscriber).toSorted()).toEqual([String(sequence), "listening"]),
      WAIT_OPTIONS,
    );
    subscriber.frames.length = 0;
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"], cursor: String(sequence - 2) } });
    await vi.waitFor(
      () => expect(cursors(subscriber)).toEqual(["listening", `${sequence - 1}`, `${sequence}`]),
      WAIT_OPTIONS,
    );
  });
});

describe("WS-30: notices", () => {
  const notice = { stream: "watchlist_updates", data: { event: "deleted", watchlist: { id: "w" } } } as const;
  const listens = async (relay: ReturnType<typeof freshRelay>, streams: readonly string[]) => {
    const subscriber = await open(relay, "/stream");
    subscriber.say(RIGHT);
    subscriber.say({ action: "listen", data: { streams } });
    await subscriber.sees({ stream: "listening", data: expect.objectContaining({ streams }) });
    return subscriber;
  };

  it("are sent to the sockets of the account that listen to their stream, with or without order updates", async () => {
    const relay = freshRelay();
    const alone = await listens(relay, ["watchlist_updates"]);
    const both = await listens(relay, ["trade_updates", "watchlist_updates"]);
    const neither = await listens(relay, ["trade_updates"]);
    await relay.pushNotice(ACCOUNT, notice);
    await relay.pushNotice(crypto.randomUUID(), notice);
    const { sequence } = await makeUpdate();
    await relay.pushAccount(ACCOUNT, [], sequence);
    for (const subscriber of [alone, both]) await subscriber.sees(notice);
    await vi.waitFor(() => expect(cursors(both).at(-1)).toBe(`${sequence}`), WAIT_OPTIONS);
    await vi.waitFor(() => expect(cursors(neither).at(-1)).toBe(`${sequence}`), WAIT_OPTIONS);
    expect(alone.frames.at(-1)).toEqual(notice);
    expect(both.frames.filter((frame) => JSON.stringify(frame) === JSON.stringify(notice))).toHaveLength(1);
    expect(neither.frames).not.toContainEqual(notice);
  });
});

describe("WS-12: a cursor", () => {
  it("that is ahead is refused, and nothing is sent until a valid one arrives", async () => {
    const relay = freshRelay();
    const { sequence } = await makeUpdate();
    const subscriber = await open(relay, "/stream");
    subscriber.say(RIGHT);
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"], cursor: String(sequence + 1) } });
    const message = `cursor ${sequence + 1} is ahead: the last update is ${sequence}`;
    await subscriber.sees({ stream: "error", action: "error", data: { code: 412, error_message: message } });
    expect(await pushUpdate(relay)).toEqual({ keep: false });
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"], cursor: String(sequence) } });
    await vi.waitFor(() => expect(cursors(subscriber).at(-1)).toBe(String(sequence + 1)), WAIT_OPTIONS);
  });

  it("that is too old gets a snapshot, then the live updates", async () => {
    const relay = freshRelay();
    const { sequence } = await makeUpdate();
    await account().forget(sequence - 1);
    const subscriber = await listening(relay, { cursor: "0" });
    await vi.waitFor(() => expect(subscriber.frames).toHaveLength(1), WAIT_OPTIONS);
    expect(subscriber.frames[0]).toEqual({
      stream: "snapshot",
      cursor: String(sequence),
      data: {
        reason: "cursor_too_old",
        cursor: String(sequence),
        orders: [],
        account: expect.objectContaining({ id: ACCOUNT, cash: "1", positions: [] }),
      },
    });
    await pushUpdate(relay);
    await vi.waitFor(() => expect(cursors(subscriber)).toEqual([String(sequence), String(sequence + 1)]), WAIT_OPTIONS);
  });
});

describe("WS-13: every trade update is sent once", () => {
  it("when pushes are lost or repeated, the last one too, over hibernation, and while the account is out of reach", async () => {
    const relay = freshRelay();
    const subscriber = await listening(relay);
    const { sequence: first } = await makeUpdate();
    const second = await makeUpdate();
    for (let times = 0; times < 2; times++) await relay.pushAccount(ACCOUNT, [second], second.sequence);
    await vi.waitFor(() => expect(cursors(subscriber)).toEqual([first, first + 1].map(String)), WAIT_OPTIONS);
    await evictDurableObject(relay);
    await relay.pushAccount(ACCOUNT, [second], second.sequence);
    await makeUpdate();
    await relay.pushAccount(ACCOUNT, [], first + 2);
    await vi.waitFor(() => expect(cursors(subscriber)).toHaveLength(3), WAIT_OPTIONS);
    await evictDurableObject(relay);
    await makeUpdate();
    expect(await runDurableObjectAlarm(relay)).toBe(true);
    await vi.waitFor(() => expect(cursors(subscriber)).toHaveLength(4), WAIT_OPTIONS);
    await makeUpdate();
    await account().setFailing(true);
    await pushUpdate(relay).catch(() => undefined);
    await account().setFailing(false);
    await vi.waitFor(() => expect(cursors(subscriber)).toHaveLength(6), WAIT_OPTIONS);
    expect(cursors(subscriber)).toEqual(Array.from({ length: 6 }, (_, nth) => String(first + nth)));
  });

  it("or the socket is closed, so that its client reconnects, when missed updates cannot be fetched", async () => {
    const relay = freshRelay();
    const subscriber = await listening(relay);
    await makeUpdate();
    await account().setFailing(true);
    await pushUpdate(relay);
    await vi.waitFor(() => expect(subscriber.closed()?.code).toBe(1011), WAIT_OPTIONS);
    await account().setFailing(false);
  });
});

describe("WS-14: a socket with cancel_on_disconnect", () => {
  const protect = { cancel_on_disconnect: true };
  const calls = async () => (await account().leaseCalls()).map(([call, lease]) => [call, lease]);
  /** The state of the newest lease. */
  async function newest(): Promise<string[]> {
    const all = await calls();
    const lease = all.at(-1)?.[1];
    return all.filter((one) => one[1] === lease).map(([call]) => String(call));
  }

  it("has a lease before the acknowledgement, which the alarm renews and closing ends", async () => {
    const relay = freshRelay();
    const before = (await calls()).length;
    const subscriber = await open(relay, "/stream");
    subscriber.say(RIGHT);
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"], ...protect } });
    await subscriber.sees({ stream: "listening", data: expect.objectContaining({ cancel_on_disconnect: true }) });
    const [held, ...more] = (await account().leaseCalls()).slice(before);
    expect(held).toEqual(["hold", expect.stringContaining(`${relay.name}/`), LEASE_MS, expect.any(String)]);
    expect(more).toEqual([]);
    await evictDurableObject(relay);
    subscriber.say("ping");
    expect(await runDurableObjectAlarm(relay)).toBe(true);
    expect(await newest()).toEqual(["hold", "hold"]);
    subscriber.socket.close(1000, "bye");
    await vi.waitFor(async () => expect(await newest()).toEqual(["hold", "hold", "end"]), WAIT_OPTIONS);
  });

  it.each([
    { action: "unlisten", data: { streams: ["trade_updates"] } },
    { action: "listen", data: { streams: ["trade_updates"] } },
  ])("gives its lease up without a cancel with $action", async (message) => {
    const subscriber = await listening(freshRelay(), protect);
    subscriber.say(message);
    await subscriber.sees(expect.objectContaining({ stream: "listening" }));
    expect(await newest()).toEqual(["hold", "release"]);
    subscriber.socket.close(1000, "bye");
    // The end of a second lease shows that enough time has passed for the first one.
    const other = await listening(freshRelay(), protect);
    other.socket.close(1000, "bye");
    await vi.waitFor(async () => expect(await newest()).toEqual(["hold", "end"]), WAIT_OPTIONS);
    expect((await calls()).filter(([call]) => call === "release").length).toBeGreaterThan(0);
  });

  it("is not acknowledged when the account refuses the lease", async () => {
    await account().refuseLeases(true);
    const subscriber = await open(freshRelay(), "/stream");
    subscriber.say(RIGHT);
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"], ...protect } });
    const data = { code: 405, error_message: "too many sessions with cancel_on_disconnect" };
    await subscriber.sees({ stream: "error", action: "error", data });
    expect(subscriber.frames).toHaveLength(2);
    await account().refuseLeases(false);
  });

  it("gets an error and is closed when its lease has ended", async () => {
    const relay = freshRelay();
    const subscriber = await listening(relay, protect);
    await account().refuseLeases(true);
    await runDurableObjectAlarm(relay);
    await vi.waitFor(() => expect(subscriber.closed()?.code).toBe(4408), WAIT_OPTIONS);
    await account().refuseLeases(false);
  });
});
