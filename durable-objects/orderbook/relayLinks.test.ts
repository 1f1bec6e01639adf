import { describe, expect, test } from "vitest";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { decodeSegmentMessage, encodeSegment } from "../../protocol/rpc/segmentLink.ts";
import {
  LINK_AFTER_MS,
  LINK_IDLE_MS,
  LINK_REFUSED_MS,
  LINK_SILENT_MS,
  type LinkSocket,
  RelayLinks,
} from "./relayLinks.ts";

function segment(sequence: number): MarketSegment {
  const quote = Uint8Array.of(0x81, sequence & 0x7f);
  return { symbol: "AAPL", previous: sequence - 1, sequence, trades: new Uint8Array(), tradeCount: 0, quote };
}

class FakeSocket implements LinkSocket {
  readonly sent: Uint8Array[] = [];
  closed = false;
  isBroken = false;
  readonly #listeners = new Map<string, () => void>();
  accept(): void {}
  send(bytes: Uint8Array): void {
    if (this.isBroken) throw new Error("closed");
    this.sent.push(bytes);
  }
  close(): void {
    this.closed = true;
  }
  addEventListener(type: string, run: () => void): void {
    this.#listeners.set(type, run);
  }
  tell(type: "message" | "close" | "error"): void {
    this.#listeners.get(type)?.();
  }
}

/** Links on a clock that the test advances. Each push goes on as soon as the one before has been answered. */
function start() {
  const world = { now: 0, keep: true, refuses: false };
  let opened = Promise.resolve();
  const delayOpening = (until: Promise<void>) => void (opened = until);
  const calls: string[] = [];
  const lost: string[] = [];
  const sockets: FakeSocket[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const links = new RelayLinks({
    open: async () => {
      if (world.refuses) return null;
      const socket = new FakeSocket();
      sockets.push(socket);
      await opened;
      return socket;
    },
    call: (relay, { sequence }) => {
      calls.push(`${relay} ${sequence}`);
      return Promise.resolve({ keep: world.keep });
    },
    lost: (relay) => lost.push(relay),
    now: () => world.now,
    after: (ms, run) => timers.push({ at: world.now + ms, run }),
  });
  let sequence = 0;
  const push = async (relay = "r", at?: MarketSegment) => {
    const answer = await links.push(relay, at ?? segment(++sequence));
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    return answer;
  };
  const wait = (ms: number) => {
    const end = world.now + ms;
    for (;;) {
      const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      timers.splice(timers.indexOf(due), 1);
      world.now = due.at;
      due.run();
    }
    world.now = end;
  };
  return { delayOpening, world, calls, lost, sockets, timers, push, wait };
}

const sequencesOf = ({ sent }: FakeSocket) =>
  sent.map((bytes) => decodeSegmentMessage(new Uint8Array(bytes).buffer).sequence);

describe("MD-107: a book", () => {
  test("calls a relay at first, and sends on a link once segments follow each other", async () => {
    const { calls, sockets, push, lost } = start();
    for (let nth = 0; nth < 5; nth++) expect(await push()).toEqual({ keep: true });
    expect(calls).toEqual(["r 1", "r 2"]);
    expect(sockets.map(sequencesOf)).toEqual([[3, 4, 5]]);
    expect(lost).toEqual([]);
  });

  test("that changes seldom opens no link", async () => {
    const { calls, sockets, push, wait, timers } = start();
    for (let nth = 0; nth < 5; nth++) {
      await push();
      wait(LINK_AFTER_MS);
    }
    expect(calls).toHaveLength(5);
    expect(sockets).toEqual([]);
    expect(timers).toEqual([]);
  });

  test("encodes a segment once for all relays", async () => {
    const { sockets, push } = start();
    for (const relay of ["r", "s"]) for (let nth = 0; nth < 2; nth++) await push(relay);
    const shared = segment(9);
    for (const relay of ["r", "s"]) await push(relay, shared);
    const [one, other] = sockets.map(({ sent }) => sent[0]);
    expect(one).toBeDefined();
    expect(one).toBe(other);
  });

  test.each(["bars", "updatedBars", "dailyBars"])(
    "MD-90: calls with %s although there is a link, because a relay cannot ask for those that a link has lost",
    async (part) => {
      const { calls, sockets, push } = start();
      for (let nth = 0; nth < 3; nth++) await push();
      await push("r", { ...segment(4), [part]: { bytes: Uint8Array.of(1), count: 1 } });
      expect(calls.at(-1)).toBe("r 4");
      await push("r", segment(5));
      expect(sockets.map(sequencesOf)).toEqual([[3, 5]]);
    },
  );

  test("closes a link on which it sent nothing for seconds, and no timer is left", async () => {
    const { calls, sockets, push, wait, timers } = start();
    for (let nth = 0; nth < 3; nth++) await push();
    sockets[0]?.tell("message");
    wait(2 * LINK_IDLE_MS);
    expect(sockets[0]?.closed).toBe(true);
    expect(timers).toEqual([]);
    await push();
    expect(calls.at(-1)).toBe("r 4");
  });

  test.each(["close", "error"] as const)(
    "calls again when a link ends (%s), and says that segments may be lost",
    async (event) => {
      const { calls, sockets, push, lost } = start();
      for (let nth = 0; nth < 3; nth++) await push();
      sockets[0]?.tell("message");
      await push();
      sockets[0]?.tell(event);
      expect(lost).toEqual(["r"]);
      await push();
      expect(calls.at(-1)).toBe("r 5");
      // It was a good link, so there is another.
      await push();
      expect(sockets).toHaveLength(2);
    },
  );

  test("calls again when a link cannot take a segment", async () => {
    const { calls, sockets, push } = start();
    for (let nth = 0; nth < 3; nth++) await push();
    const [socket] = sockets;
    if (socket !== undefined) socket.isBroken = true;
    expect(await push()).toEqual({ keep: true });
    expect(calls.at(-1)).toBe("r 4");
  });

  test("does not trust a link whose relay has fallen silent", async () => {
    const { sockets, push, wait, lost, calls } = start();
    for (let nth = 0; nth < 3; nth++) await push();
    sockets[0]?.tell("message");
    for (let ms = 0; ms < 2 * LINK_SILENT_MS && lost.length === 0; ms += 100) {
      wait(100);
      await push();
    }
    expect(lost).toEqual(["r"]);
    expect(sockets[0]?.closed).toBe(true);
    expect(calls).toHaveLength(3);
  });

  test("keeps a link whose relay says now and then that it receives", async () => {
    const { sockets, push, wait, lost } = start();
    for (let nth = 0; nth < 3; nth++) await push();
    for (let ms = 0; ms < 10 * LINK_SILENT_MS; ms += 500) {
      wait(500);
      await push();
      if (ms % 2_000 === 0) sockets[0]?.tell("message");
    }
    expect(sockets).toHaveLength(1);
    expect(lost).toEqual([]);
  });

  test("MD-41: calls a relay of an earlier release, which takes no link, and asks it again after a minute", async () => {
    const { world, calls, push, sockets, wait } = start();
    world.refuses = true;
    for (let nth = 0; nth < 5; nth++) await push();
    expect(calls).toHaveLength(5);
    world.refuses = false;
    for (let nth = 0; nth < 5; nth++) await push();
    expect(sockets).toEqual([]);
    wait(LINK_REFUSED_MS);
    for (let nth = 0; nth < 3; nth++) await push();
    expect(sockets).toHaveLength(1);
  });

  test("opens no new link at once when the relay received nothing on the last one", async () => {
    const { push, sockets, calls } = start();
    for (let nth = 0; nth < 3; nth++) await push();
    sockets[0]?.tell("close");
    for (let nth = 0; nth < 5; nth++) await push();
    expect(sockets).toHaveLength(1);
    expect(calls).toHaveLength(7);
  });

  test("closes a link that opens after the relay was dropped", async () => {
    const { world, push, sockets, delayOpening, calls, lost } = start();
    const { promise, resolve } = Promise.withResolvers<void>();
    delayOpening(promise);
    await push();
    await push();
    world.keep = false;
    expect(await push()).toEqual({ keep: false });
    resolve();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    expect(sockets.map(({ closed }) => closed)).toEqual([true]);
    expect(calls).toHaveLength(3);
    expect(lost).toEqual([]);
  });
});

test("MD-41: a segment is read as it was written, with its depth and owners, and without fields that it lacks", () => {
  const whole: MarketSegment = {
    ...segment(2 ** 40),
    trades: Uint8Array.of(1, 2, 3),
    tradeCount: 1,
    quote: null,
    status: Uint8Array.of(4),
    imbalance: null,
    depth: { bytes: new Uint8Array(70_000).fill(5), count: 2, owners: { a: [{ id: 7, order_id: "o" }] } },
  };
  for (const each of [whole, segment(1)]) {
    expect(decodeSegmentMessage(new Uint8Array(encodeSegment(each)).buffer)).toEqual(each);
  }
  expect(() => decodeSegmentMessage(Uint8Array.of(0x80).buffer)).toThrow("no segment");
});
