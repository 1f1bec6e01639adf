import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Socket } from "./keptSocket.ts";
import { MarketSocket, type MarketSocketEvents } from "./marketSocket.ts";
import { nextQuestion } from "./subscriptions.ts";

/** A socket whose other end is the test. */
class FakeSocket implements Socket {
  static readonly all: FakeSocket[] = [];
  readonly url: string;
  readonly sent: unknown[] = [];
  readyState: 0 | 1 | 2 | 3 = 0;
  bufferedAmount = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;

  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    const last = FakeSocket.all.at(-1);
    if (last === undefined) throw new Error("no socket was opened");
    return last;
  }

  send(data: unknown): void {
    this.sent.push(data === "ping" ? data : JSON.parse(String(data)));
  }

  close(): void {
    this.readyState = 3;
  }

  opened(): this {
    this.readyState = 1;
    this.onopen?.call(this as never, {} as Event);
    return this;
  }

  says(message: unknown): this {
    this.onmessage?.call(this as never, { data: JSON.stringify(message) } as MessageEvent);
    return this;
  }

  lost(): void {
    this.readyState = 3;
    this.onclose?.call(this as never, {} as CloseEvent);
  }
}

const open = (url: string): FakeSocket => new FakeSocket(url);

function market(): {
  readonly socket: MarketSocket;
  readonly events: Record<keyof MarketSocketEvents, ReturnType<typeof vi.fn>>;
} {
  const names = [
    "element",
    "book",
    "queues",
    "copyLost",
    "repairing",
    "link",
    "renew",
    "resumed",
    "gap",
    "restarted",
    "fresh",
  ] as const;
  const events = Object.fromEntries(names.map((name) => [name, vi.fn()])) as Record<
    keyof MarketSocketEvents,
    ReturnType<typeof vi.fn>
  >;
  const socket = new MarketSocket("ws://x/v2/iex", events as unknown as MarketSocketEvents, open);
  return { socket, events };
}

const ack = (channels: object): object => [{ T: "subscription", trades: [], quotes: [], ...channels }];
const trade = (S: string, seq: number, i = seq): object => ({
  T: "t",
  S,
  i,
  p: 1,
  s: 1,
  t: "2026-11-30T15:00:00Z",
  seq,
});

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

describe("UI-11: the stream of market data", () => {
  test("is not opened for visitors, and asks for one thing after the other", () => {
    const { socket, events } = market();
    socket.follow({ trades: ["AAPL"], quotes: ["AAPL"], depth: ["AAPL"] });
    expect(FakeSocket.all).toHaveLength(0);
    socket.signIn(true, "acc");
    expect(FakeSocket.last.url).toBe("ws://x/v2/iex?account_id=acc");
    const { sent } = FakeSocket.last.opened();
    expect(sent).toMatchObject([
      { action: "subscribe", trades: ["AAPL"], quotes: ["AAPL"], heartbeats: true, credit: 400 },
    ]);
    expect(events.link).not.toHaveBeenCalledWith("live", null);
    FakeSocket.last.says(ack({ trades: ["AAPL"], quotes: ["AAPL"] }));
    expect(events.link).toHaveBeenLastCalledWith("live", null);
    expect(sent[1]).toMatchObject({ action: "subscribe", depth: ["AAPL"], cursors: {} });
    FakeSocket.last.says(ack({ trades: ["AAPL"], quotes: ["AAPL"], depth: ["AAPL"] }));
    socket.follow({ trades: ["MSFT"] });
    expect(sent[2]).toEqual({ action: "unsubscribe", quotes: ["AAPL"], trades: ["AAPL"], depth: ["AAPL"] });
    FakeSocket.last.says(ack({}));
    expect(sent[3]).toMatchObject({ action: "subscribe", trades: ["MSFT"] });
  });

  test("continues after the last element, with everything that is followed, on a new connection", () => {
    const { socket, events } = market();
    socket.follow({ trades: ["AAPL"], depth: ["AAPL"] });
    socket.signIn(true, "acc");
    FakeSocket.last
      .opened()
      .says(ack({ trades: ["AAPL"] }))
      .says([trade("AAPL", 7)]);
    FakeSocket.last.lost();
    expect(events.link).toHaveBeenLastCalledWith("lost", null);
    vi.advanceTimersByTime(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    const { sent } = FakeSocket.last.opened();
    expect(events.resumed).toHaveBeenCalledOnce();
    expect(sent[0]).toMatchObject({ trades: ["AAPL"], cursors: { AAPL: 7 } });
    FakeSocket.last.says([{ T: "snapshot", S: "AAPL", reason: "cursor_too_old", seq: 90 }]);
    expect(events.gap).toHaveBeenCalledWith("AAPL");
  });

  test("is found dead by its silence, and a heartbeat keeps it alive", () => {
    const { socket, events } = market();
    socket.follow({ quotes: ["AAPL"] });
    socket.signIn(true, null);
    FakeSocket.last.opened().says(ack({ quotes: ["AAPL"] }));
    for (let second = 0; second < 20; second++) {
      vi.advanceTimersByTime(1_000);
      FakeSocket.last.says([{ T: "heartbeat", seqs: { AAPL: 1 } }]);
    }
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(6_000);
    expect(events.link).toHaveBeenCalledWith("lost", null);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  test("without a valid cookie it waits until the page has renewed the session", () => {
    const { socket, events } = market();
    socket.follow({ quotes: ["AAPL"] });
    socket.signIn(true, null);
    FakeSocket.last.opened().says([{ T: "error", code: 401, msg: "not authenticated" }]);
    expect(events.renew).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(20_000);
    expect(FakeSocket.all).toHaveLength(1);
    socket.renewed();
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("asks again after it was too much, and not again for what there is not", () => {
    const { socket, events } = market();
    socket.follow({ quotes: ["AAPL", "NONE"] });
    socket.signIn(true, null);
    const { sent } = FakeSocket.last.opened().says([{ T: "error", code: 429, msg: "too many requests" }]);
    expect(events.link).not.toHaveBeenCalledWith("lost", expect.anything());
    vi.advanceTimersByTime(1_500);
    expect(sent).toHaveLength(2);
    FakeSocket.last.says(ack({ quotes: ["AAPL"] })).says([{ T: "error", code: 411, msg: "symbol not found: NONE" }]);
    expect(sent).toHaveLength(2);
  });

  test("a symbol that heartbeats leave out is old until it is told of again", () => {
    const { socket, events } = market();
    socket.follow({ quotes: ["AAPL", "MSFT"] });
    socket.signIn(true, null);
    FakeSocket.last.opened().says(ack({ quotes: ["AAPL", "MSFT"] }));
    FakeSocket.last.says([{ T: "heartbeat", seqs: { AAPL: 1, MSFT: 1 } }]);
    expect(events.fresh).toHaveBeenLastCalledWith(new Set(["AAPL", "MSFT"]));
    for (let second = 0; second < 4; second++) {
      vi.advanceTimersByTime(1_000);
      FakeSocket.last.says([{ T: "heartbeat", seqs: { AAPL: 1 } }]);
    }
    expect(events.fresh).toHaveBeenLastCalledWith(new Set(["AAPL"]));
  });

  test("a book with a wrong checksum is left and asked for again", () => {
    const { socket, events } = market();
    socket.follow({ depth: ["AAPL"] });
    socket.signIn(true, null);
    const { sent } = FakeSocket.last.opened().says(ack({ depth: ["AAPL"] }));
    FakeSocket.last.says([{ T: "depth", S: "AAPL", r: true, b: [{ p: 1, s: 1 }], a: [], checksum: 1, seq: 5 }]);
    expect(events.copyLost).toHaveBeenCalledWith("AAPL", "wrong checksum");
    expect(events.book).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(sent.at(-1)).toEqual({ action: "unsubscribe", depth: ["AAPL"] });
    FakeSocket.last.says(ack({}));
    expect(sent.at(-1)).toMatchObject({ action: "subscribe", depth: ["AAPL"] });
    expect(events.repairing).toHaveBeenLastCalledWith(new Set(["AAPL"]));
    // The checksum of a book without orders.
    FakeSocket.last.says(ack({ depth: ["AAPL"] }));
    FakeSocket.last.says([{ T: "depth", S: "AAPL", r: true, b: [], a: [], checksum: 0, seq: 6 }]);
    expect(events.repairing).toHaveBeenLastCalledWith(new Set());
  });

  test("a book that nobody follows any more is not being read again", () => {
    const { socket, events } = market();
    socket.follow({ depth: ["AAPL"] });
    socket.signIn(true, null);
    FakeSocket.last.opened().says(ack({ depth: ["AAPL"] }));
    FakeSocket.last.says([{ T: "depth", S: "AAPL", b: [], a: [], checksum: 0, prev: 4, seq: 5 }]);
    expect(events.copyLost).toHaveBeenCalledWith("AAPL", "gap");
    expect(events.repairing).toHaveBeenLastCalledWith(new Set(["AAPL"]));
    socket.follow({ trades: ["AAPL"] });
    expect(events.repairing).toHaveBeenLastCalledWith(new Set());
  });

  test("grants credit with the last mark before it is used up", () => {
    const { socket } = market();
    socket.follow({ trades: ["AAPL"] });
    socket.signIn(true, null);
    const { sent } = FakeSocket.last.opened().says(ack({ trades: ["AAPL"] }));
    FakeSocket.last.says([{ T: "credit", frames: 400, mark: "1.x" }]);
    for (let seq = 1; seq <= 200; seq++) FakeSocket.last.says([trade("AAPL", seq)]);
    expect(sent.at(-1)).toEqual({ action: "credit", frames: 200, mark: "1.x" });
  });
});

test("UI-11: no question is larger than the exchange allows, and all of them together are what is wanted", () => {
  const symbols = Array.from({ length: 150 }, (_, nth) => `S${nth}`);
  const have: Record<string, string[]> = {};
  let questions = 0;
  for (;;) {
    const question = nextQuestion({ trades: symbols, quotes: symbols, depth: symbols }, have, () => 5);
    if (question === null) break;
    questions++;
    const named = new Set(Object.values(question.symbols).flat());
    expect(named.size).toBeLessThanOrEqual(40);
    for (const [channel, some] of Object.entries(question.symbols)) have[channel] = [...(have[channel] ?? []), ...some];
  }
  expect([have["trades"]?.length, have["depth"]?.length, questions]).toEqual([150, 150, 4 + 13]);
});
