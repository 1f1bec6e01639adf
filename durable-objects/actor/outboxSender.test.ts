import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ENVELOPE_TIMEOUT_MS,
  ENVELOPES_IN_FLIGHT_MAX,
  RESEND_FIRST_MS,
  RESEND_LONGEST_MS,
  PIGGYBACK_GRACE_MS,
} from "./limits.ts";
import { OutboxSender } from "./outboxSender.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An outbox for one receiver, and exchanges that end when the test says so. */
function setUp() {
  const outbox = { sent: 0, acknowledged: 0 };
  /** What the receiver is known to have written, and how much of it was applied. */
  const inbox = { announced: 0, applied: 0 };
  const exchanges: { readonly end: (acknowledged: number) => void; readonly fail: () => void }[] = [];
  const effects = {
    hasPending: () => outbox.acknowledged < outbox.sent,
    sendEnvelope: () =>
      new Promise<void>((resolve, reject) => {
        const end = (acknowledged: number) => {
          outbox.acknowledged = acknowledged;
          resolve();
        };
        exchanges.push({ end, fail: () => reject(new Error("away")) });
      }),
    lastAcknowledged: () => outbox.acknowledged,
    unappliedThrough: (_to: string, through: number | null) => {
      const last = through ?? inbox.announced;
      return last > inbox.applied ? last : 0;
    },
    now: Date.now,
    random: () => 0.5,
    log: vi.fn(),
  };
  const links = new OutboxSender(effects);
  const last = () => {
    const exchange = exchanges.at(-1);
    if (exchange === undefined) throw new Error("nothing was sent");
    return exchange;
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { links, outbox, inbox, exchanges, last, settle, log: effects.log };
}

describe("AK-3: mail", () => {
  test("goes at once, one envelope at a time, and what gathers meanwhile goes next", async () => {
    const { links, outbox, exchanges, last, settle } = setUp();
    outbox.sent = 1;
    links.send("b");
    outbox.sent = 3;
    links.send("b");
    expect(exchanges).toHaveLength(1);
    last().end(1);
    await settle();
    expect(exchanges).toHaveLength(2);
    last().end(3);
    await settle();
    expect(exchanges).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that was not delivered goes again after a wait that doubles up to its bound, and at once after a success", async () => {
    const { links, outbox, exchanges, last, settle, log } = setUp();
    outbox.sent = 1;
    links.send("b");
    let wait = RESEND_FIRST_MS;
    for (let failures = 1; failures <= 9; failures++) {
      last().fail();
      await settle();
      links.send("b");
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(exchanges).toHaveLength(failures);
      await vi.advanceTimersByTimeAsync(1);
      expect(exchanges).toHaveLength(failures + 1);
      expect(log).toHaveBeenCalledTimes(failures);
      wait = Math.min(RESEND_LONGEST_MS, wait * 2);
    }
    expect(wait).toBe(RESEND_LONGEST_MS);
    last().end(1);
    await settle();
    outbox.sent = 2;
    links.send("b");
    expect(exchanges).toHaveLength(11);
  });

  test("that waits after a failure is not hurried by more mail that may gather", async () => {
    const { links, outbox, exchanges, last, settle } = setUp();
    outbox.sent = 1;
    links.send("b");
    for (let failures = 1; failures <= 3; failures++) {
      last().fail();
      await settle();
      links.sendWithin("b", 10);
      await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS * 2 ** (failures - 1) - 1);
      expect(exchanges).toHaveLength(failures);
      await vi.advanceTimersByTimeAsync(1);
      expect(exchanges).toHaveLength(failures + 1);
    }
  });

  test("that an answer did not acknowledge counts as undelivered", async () => {
    const { links, outbox, exchanges, last, settle } = setUp();
    outbox.sent = 1;
    links.send("b");
    last().end(0);
    await settle();
    expect(exchanges).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    expect(exchanges).toHaveLength(2);
  });

  test("that rides home on an answer is sent only when it is not acknowledged in time", async () => {
    for (const acknowledged of [1, 0]) {
      const { links, outbox, exchanges } = setUp();
      outbox.sent = 1;
      links.sendAfterPiggyback("b");
      outbox.acknowledged = acknowledged;
      await vi.advanceTimersByTimeAsync(PIGGYBACK_GRACE_MS);
      expect(exchanges).toHaveLength(1 - acknowledged);
    }
  });

  test("is resumed when nobody sends it, and left alone while it is under way or will go soon", async () => {
    const { links, outbox, exchanges, last, settle } = setUp();
    outbox.sent = 1;
    links.resume("b");
    links.resume("b");
    expect(exchanges).toHaveLength(1);
    last().fail();
    await settle();
    links.resume("b");
    expect(exchanges).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    last().end(1);
    await settle();
    outbox.sent = 2;
    links.sendAfterPiggyback("b");
    links.resume("b");
    expect(exchanges).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(PIGGYBACK_GRACE_MS);
    expect(exchanges).toHaveLength(3);
  });

  test("that may gather goes together in time, and a sooner send is not held up by a later one", async () => {
    const { links, outbox, exchanges, last, settle } = setUp();
    links.sendAfterPiggyback("b");
    outbox.sent = 1;
    links.sendWithin("b", 200);
    await vi.advanceTimersByTimeAsync(100);
    outbox.sent = 2;
    links.sendWithin("b", 200);
    await vi.advanceTimersByTimeAsync(99);
    expect(exchanges).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(exchanges).toHaveLength(1);
    last().end(2);
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    links.sendAfterPiggyback("b");
    outbox.sent = 3;
    links.send("b");
    expect(exchanges).toHaveLength(2);
    last().fail();
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    expect(exchanges).toHaveLength(3);
  });
});

describe("settled", () => {
  test("is true at once for mail that is acknowledged, and otherwise when it is", async () => {
    const { links, outbox } = setUp();
    outbox.sent = 2;
    outbox.acknowledged = 1;
    expect(await links.awaitReply("b", 1, 1_000)).toBe(true);
    const told = vi.fn();
    void links.awaitReply("b", 2, 1_000).then(told);
    links.notifyWaiters("b");
    await vi.advanceTimersByTimeAsync(500);
    expect(told).not.toHaveBeenCalled();
    outbox.acknowledged = 2;
    links.notifyWaiters("b");
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toHaveBeenCalledWith(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is true only when all that the receiver had to say by then is here, and not what it says later", async () => {
    const { links, outbox, inbox } = setUp();
    outbox.sent = 1;
    const told = vi.fn();
    void links.awaitReply("b", 1, 1_000).then(told);
    outbox.acknowledged = 1;
    inbox.announced = 600;
    inbox.applied = 500;
    links.notifyWaiters("b");
    inbox.announced = 1_200;
    inbox.applied = 599;
    links.notifyWaiters("b");
    await vi.advanceTimersByTimeAsync(0);
    expect(told).not.toHaveBeenCalled();
    inbox.applied = 600;
    links.notifyWaiters("b");
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toHaveBeenCalledWith(true);
  });

  test("is false when that takes too long", async () => {
    const { links, outbox } = setUp();
    outbox.sent = 1;
    const told = vi.fn();
    void links.awaitReply("b", 1, 1_000).then(told);
    await vi.advanceTimersByTimeAsync(999);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toHaveBeenCalledWith(false);
  });
});

describe("a link with nothing to do is forgotten", () => {
  test("after its mail was delivered", async () => {
    const { links, outbox, last, settle } = setUp();
    outbox.sent = 1;
    links.send("b");
    expect(links.size).toBe(1);
    last().end(1);
    await settle();
    expect(links.size).toBe(0);
  });

  test("after a failure, when the mail has been acknowledged another way", async () => {
    const { links, outbox, last, settle } = setUp();
    outbox.sent = 1;
    links.send("b");
    last().fail();
    await settle();
    outbox.acknowledged = 1;
    await vi.advanceTimersByTimeAsync(RESEND_LONGEST_MS);
    expect(links.size).toBe(0);
  });

  test("after someone waited for mail, whether that was settled or took too long", async () => {
    const { links, outbox } = setUp();
    outbox.sent = 1;
    void links.awaitReply("b", 1, 1_000);
    outbox.acknowledged = 1;
    links.notifyWaiters("b");
    expect(links.size).toBe(0);
    outbox.sent = 2;
    void links.awaitReply("b", 2, 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(links.size).toBe(0);
  });
});

describe("AK-9: of many receivers", () => {
  /** Outboxes of many receivers, each with so many messages; an exchange takes one. */
  function crowd(size: number, messages: number) {
    const pending = new Map(Array.from({ length: size }, (_, nth) => [`r${nth}`, messages]));
    const acknowledged = new Map<string, number>();
    const inFlight: { to: string; end: () => void; fail: () => void }[] = [];
    const served: string[] = [];
    const links = new OutboxSender({
      hasPending: (to) => (pending.get(to) ?? 0) > 0,
      sendEnvelope: (to) =>
        new Promise<void>((resolve, reject) => {
          served.push(to);
          const gone = () => inFlight.splice(inFlight.indexOf(flight), 1);
          const flight = {
            to,
            end: () => {
              gone();
              pending.set(to, (pending.get(to) ?? 0) - 1);
              acknowledged.set(to, (acknowledged.get(to) ?? 0) + 1);
              resolve();
            },
            fail: () => {
              gone();
              reject(new Error("away"));
            },
          };
          inFlight.push(flight);
        }),
      lastAcknowledged: (to) => acknowledged.get(to) ?? 0,
      unappliedThrough: () => 0,
      now: Date.now,
      random: () => 0.5,
      log: () => undefined,
    });
    return { links, pending, inFlight, served };
  }

  test("so many are served at once, the others in turn, also those with more to take, and failures free a place", async () => {
    const size = ENVELOPES_IN_FLIGHT_MAX + 10;
    const { links, pending, inFlight, served } = crowd(size, 2);
    for (const to of pending.keys()) links.resume(to);
    for (const to of pending.keys()) links.resume(to);
    expect(inFlight).toHaveLength(ENVELOPES_IN_FLIGHT_MAX);
    inFlight[0]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(inFlight).toHaveLength(ENVELOPES_IN_FLIGHT_MAX);
    // Whoever was served goes to the end of the line, so all have had a first turn before the second.
    while (served.length < size) {
      inFlight[0]?.end();
      await vi.advanceTimersByTimeAsync(0);
      expect(inFlight.length).toBeLessThanOrEqual(ENVELOPES_IN_FLIGHT_MAX);
    }
    expect(new Set(served).size).toBe(size);
    for (let turn = 0; turn < 3 * size; turn++) {
      inFlight[0]?.end();
      await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    }
    expect([...pending.values()].filter((count) => count > 0)).toEqual([]);
    expect([links.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("those that never answer keep no place longer than an exchange may take", async () => {
    const { links, pending, inFlight, served } = crowd(ENVELOPES_IN_FLIGHT_MAX + 1, 1);
    for (const to of pending.keys()) links.resume(to);
    await vi.advanceTimersByTimeAsync(ENVELOPE_TIMEOUT_MS - 1);
    expect(served).toHaveLength(ENVELOPES_IN_FLIGHT_MAX);
    await vi.advanceTimersByTimeAsync(1);
    expect(served.at(-1)).toBe(`r${ENVELOPES_IN_FLIGHT_MAX}`);
    // They are tried again like any other failure.
    inFlight.at(-1)?.end();
    await vi.advanceTimersByTimeAsync(2 * RESEND_FIRST_MS);
    expect(served.filter((to) => to === "r0")).toHaveLength(2);
  });

  test("one that is known to be well does not wait for its next try", async () => {
    const { links, inFlight, served } = crowd(1, 1);
    links.send("r0");
    inFlight[0]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    links.send("r0");
    expect(served).toHaveLength(1);
    links.flush("r0");
    links.flush("r0");
    expect(served).toHaveLength(2);
    inFlight[0]?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect([links.size, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
