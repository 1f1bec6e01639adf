import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RESEND_FIRST_MS, RESEND_LONGEST_MS, PIGGYBACK_GRACE_MS } from "./limits.ts";
import { OutboxSender } from "./outboxSender.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An outbox for one receiver, and deliveries that the test ends. */
function setUp() {
  const outbox = { sent: 0, acknowledged: 0, leavesOut: false };
  /** Last known sequence of the receiver's own messages, and the last applied one. */
  const inbox = { announced: 0, applied: 0 };
  const deliveries: { readonly end: (acknowledged: number) => void; readonly fail: () => void }[] = [];
  const effects = {
    hasPending: () => outbox.acknowledged < outbox.sent,
    sendEnvelope: () =>
      new Promise<void>((resolve, reject) => {
        const end = (acknowledged: number) => {
          outbox.acknowledged = acknowledged;
          resolve();
        };
        deliveries.push({ end, fail: () => reject(new Error("away")) });
      }),
    leaveNothingOut: () => outbox.leavesOut && !(outbox.leavesOut = false),
    lastSent: () => outbox.sent,
    lastAcknowledged: () => outbox.acknowledged,
    answeredThrough: () => outbox.acknowledged,
    unappliedThrough: (_to: string, through: number | null) => {
      const last = through ?? inbox.announced;
      return last > inbox.applied ? last : 0;
    },
    random: () => 0.5,
    log: vi.fn(),
  };
  const sender = new OutboxSender(effects);
  const last = () => {
    const delivery = deliveries.at(-1);
    if (delivery === undefined) throw new Error("nothing was sent");
    return delivery;
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { sender, outbox, inbox, deliveries, last, settle, log: effects.log };
}

describe("AK-3: messages", () => {
  test("AK-16: are sent at once, one envelope at a time; those that arrive meanwhile go in the next", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    outbox.sent = 3;
    sender.send("b");
    expect(deliveries).toHaveLength(1);
    last().end(1);
    await settle();
    expect(deliveries).toHaveLength(2);
    last().end(3);
    await settle();
    expect(deliveries).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that were not delivered are sent again after a back-off that doubles up to its bound, and at once after a success", async () => {
    const { sender, outbox, deliveries, last, settle, log } = setUp();
    outbox.sent = 1;
    sender.send("b");
    let wait = RESEND_FIRST_MS;
    for (let failures = 1; failures <= 9; failures++) {
      last().fail();
      await settle();
      sender.send("b");
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(deliveries).toHaveLength(failures);
      await vi.advanceTimersByTimeAsync(1);
      expect(deliveries).toHaveLength(failures + 1);
      expect(log).toHaveBeenCalledTimes(failures);
      wait = Math.min(RESEND_LONGEST_MS, wait * 2);
    }
    expect(wait).toBe(RESEND_LONGEST_MS);
    last().end(1);
    await settle();
    outbox.sent = 2;
    sender.send("b");
    expect(deliveries).toHaveLength(11);
  });

  test("in back-off are not sent earlier because of delayed messages", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    for (let failures = 1; failures <= 3; failures++) {
      last().fail();
      await settle();
      sender.sendWithin("b", 10);
      await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS * 2 ** (failures - 1) - 1);
      expect(deliveries).toHaveLength(failures);
      await vi.advanceTimersByTimeAsync(1);
      expect(deliveries).toHaveLength(failures + 1);
    }
  });

  test("that a reply did not acknowledge count as undelivered", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    last().end(0);
    await settle();
    expect(deliveries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    expect(deliveries).toHaveLength(2);
  });

  test("AK-17: that an envelope has left out are sent at once when its reply acknowledges nothing, and then count", async () => {
    const { sender, outbox, deliveries, last, settle, log } = setUp();
    outbox.sent = 2;
    outbox.leavesOut = true;
    sender.send("b");
    last().end(0);
    await settle();
    expect([deliveries.length, log.mock.calls]).toEqual([2, []]);
    last().end(0);
    await settle();
    expect([deliveries.length, log.mock.calls.length]).toEqual([2, 1]);
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    expect(deliveries).toHaveLength(3);
  });

  test("AK-17: none are left out after an envelope without a reply", async () => {
    const { sender, outbox, last, settle } = setUp();
    outbox.sent = 2;
    outbox.leavesOut = true;
    sender.send("b");
    last().fail();
    await settle();
    expect(outbox.leavesOut).toBe(false);
  });

  test("that are piggybacked on a reply are sent only when they are not acknowledged in time", async () => {
    for (const acknowledged of [1, 0]) {
      const { sender, outbox, deliveries } = setUp();
      outbox.sent = 1;
      sender.sendAfterPiggyback("b");
      outbox.acknowledged = acknowledged;
      await vi.advanceTimersByTimeAsync(PIGGYBACK_GRACE_MS);
      expect(deliveries).toHaveLength(1 - acknowledged);
    }
  });

  test("that gather for a time do not leave before it because an envelope was in flight", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    outbox.sent = 2;
    sender.sendWithin("b", 1_000);
    last().end(1);
    await settle();
    expect(deliveries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(deliveries).toHaveLength(2);
  });

  test("whose time comes while an envelope is in flight leave after it", async () => {
    for (const wait of [PIGGYBACK_GRACE_MS, 1_000]) {
      const { sender, outbox, deliveries, last, settle } = setUp();
      outbox.sent = 1;
      sender.send("b");
      outbox.sent = 2;
      if (wait === PIGGYBACK_GRACE_MS) sender.sendAfterPiggyback("b");
      else sender.sendWithin("b", wait);
      await vi.advanceTimersByTimeAsync(wait);
      expect(deliveries).toHaveLength(1);
      last().end(1);
      await settle();
      expect(deliveries).toHaveLength(2);
    }
  });

  test("are sent by flush() after the envelope in flight", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    outbox.sent = 2;
    sender.sendWithin("b", 1_000);
    sender.flush("b");
    last().end(1);
    await settle();
    expect(deliveries).toHaveLength(2);
  });

  test("that an envelope could not hold leave in the next one", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 900;
    sender.send("b");
    last().end(500);
    await settle();
    expect(deliveries).toHaveLength(2);
  });

  test("that were piggybacked and acknowledged by traffic are not sent; later ones have a time of their own", async () => {
    const { sender, outbox, deliveries, last } = setUp();
    outbox.sent = 1;
    sender.sendAfterPiggyback("b");
    await vi.advanceTimersByTimeAsync(PIGGYBACK_GRACE_MS - 1);
    outbox.acknowledged = 1;
    outbox.sent = 2;
    sender.sendAfterPiggyback("b");
    await vi.advanceTimersByTimeAsync(PIGGYBACK_GRACE_MS);
    expect(deliveries).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(deliveries).toHaveLength(1);
    last().end(2);
  });

  test("are sent by resume(), unless an envelope is in flight or a timer is set", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 1;
    sender.resume("b");
    sender.resume("b");
    expect(deliveries).toHaveLength(1);
    last().fail();
    await settle();
    sender.resume("b");
    expect(deliveries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    last().end(1);
    await settle();
    outbox.sent = 2;
    sender.sendAfterPiggyback("b");
    sender.resume("b");
    expect(deliveries).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(PIGGYBACK_GRACE_MS);
    expect(deliveries).toHaveLength(3);
  });

  test("that may gather are sent together in time, and a later deadline does not delay an earlier one", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    sender.sendAfterPiggyback("b");
    outbox.sent = 1;
    sender.sendWithin("b", 200);
    await vi.advanceTimersByTimeAsync(100);
    outbox.sent = 2;
    sender.sendWithin("b", 200);
    await vi.advanceTimersByTimeAsync(99);
    expect(deliveries).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(deliveries).toHaveLength(1);
    last().end(2);
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    sender.sendAfterPiggyback("b");
    outbox.sent = 3;
    sender.send("b");
    expect(deliveries).toHaveLength(2);
    last().fail();
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    expect(deliveries).toHaveLength(3);
  });

  test("AK-16: that come while an envelope is sent again leave after it, also when others were piggybacked meanwhile", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    last().fail();
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    outbox.sent = 2;
    sender.sendAfterPiggyback("b");
    outbox.sent = 3;
    sender.send("b");
    last().end(2);
    await settle();
    expect(deliveries).toHaveLength(3);
  });

  test("that come after a failed envelope whose messages were acknowledged otherwise do not wait for piggybacked ones", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    // A waiter keeps the receiver in memory.
    void sender.awaitReply("b", 9, 60_000);
    last().fail();
    await settle();
    outbox.acknowledged = 1;
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    outbox.sent = 2;
    sender.sendAfterPiggyback("b");
    outbox.sent = 3;
    sender.send("b");
    expect(deliveries).toHaveLength(2);
  });

  test("that gather while an envelope is in flight do not shorten the back-off when it fails", async () => {
    const { sender, outbox, deliveries, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    outbox.sent = 2;
    sender.sendWithin("b", 10);
    last().fail();
    await settle();
    await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS - 1);
    expect(deliveries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(deliveries).toHaveLength(2);
  });
});

describe("awaitReply", () => {
  test("is true at once for acknowledged messages, and otherwise when they are acknowledged", async () => {
    const { sender, outbox } = setUp();
    outbox.sent = 2;
    outbox.acknowledged = 1;
    expect(await sender.awaitReply("b", 1, 1_000)).toBe(true);
    const told = vi.fn();
    void sender.awaitReply("b", 2, 1_000).then(told);
    sender.notifyWaiters("b");
    await vi.advanceTimersByTimeAsync(500);
    expect(told).not.toHaveBeenCalled();
    outbox.acknowledged = 2;
    sender.notifyWaiters("b");
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toHaveBeenCalledWith(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is true only when the receiver's messages of that moment are applied, without waiting for later ones", async () => {
    const { sender, outbox, inbox } = setUp();
    outbox.sent = 1;
    const told = vi.fn();
    void sender.awaitReply("b", 1, 1_000).then(told);
    outbox.acknowledged = 1;
    inbox.announced = 600;
    inbox.applied = 500;
    sender.notifyWaiters("b");
    inbox.announced = 1_200;
    inbox.applied = 599;
    sender.notifyWaiters("b");
    await vi.advanceTimersByTimeAsync(0);
    expect(told).not.toHaveBeenCalled();
    inbox.applied = 600;
    sender.notifyWaiters("b");
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toHaveBeenCalledWith(true);
  });

  test("is false after the timeout", async () => {
    const { sender, outbox } = setUp();
    outbox.sent = 1;
    const told = vi.fn();
    void sender.awaitReply("b", 1, 1_000).then(told);
    await vi.advanceTimersByTimeAsync(999);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toHaveBeenCalledWith(false);
  });
});

describe("an idle receiver is forgotten", () => {
  test("after its messages were delivered", async () => {
    const { sender, outbox, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    expect(sender.size).toBe(1);
    last().end(1);
    await settle();
    expect(sender.size).toBe(0);
  });

  test("after a failure, when the messages were acknowledged in another envelope", async () => {
    const { sender, outbox, last, settle } = setUp();
    outbox.sent = 1;
    sender.send("b");
    last().fail();
    await settle();
    outbox.acknowledged = 1;
    await vi.advanceTimersByTimeAsync(RESEND_LONGEST_MS);
    expect(sender.size).toBe(0);
  });

  test("after its waiters were resolved or timed out", async () => {
    const { sender, outbox } = setUp();
    outbox.sent = 1;
    void sender.awaitReply("b", 1, 1_000);
    outbox.acknowledged = 1;
    sender.notifyWaiters("b");
    expect(sender.size).toBe(0);
    outbox.sent = 2;
    void sender.awaitReply("b", 2, 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sender.size).toBe(0);
  });
});
