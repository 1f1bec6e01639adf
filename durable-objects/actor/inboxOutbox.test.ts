import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ENVELOPE_CHARS_MAX, ENVELOPE_MESSAGES_MAX } from "./limits.ts";
import { InboxOutbox } from "./inboxOutbox.ts";

/** Applies an envelope as an actor does; returns the applied messages. */
function take(box: InboxOutbox<string, string>, from: string, first: number, messages: readonly string[]): string[] {
  const fresh = box.newMessages({ from, first, messages, ack: 0 });
  if (fresh === null) return [];
  box.markApplied(from, fresh.first + fresh.messages.length - 1);
  return [...fresh.messages];
}

test("AK-2: only the new messages of an envelope are applied, also when it overlaps applied ones", () => {
  const box = new InboxOutbox<string, string>("b");
  expect(take(box, "a", 1, ["m1", "m2"])).toEqual(["m1", "m2"]);
  expect(take(box, "a", 1, ["m1", "m2"])).toEqual([]);
  expect(take(box, "a", 2, ["m2", "m3"])).toEqual(["m3"]);
  expect(take(box, "a", 1, [])).toEqual([]);
  expect(take(box, "c", 1, ["n1"])).toEqual(["n1"]);
});

test("AK-2: nothing after a gap is applied, and the reply says where to continue", () => {
  const box = new InboxOutbox<string, string>("b");
  take(box, "a", 1, ["m1"]);
  expect(take(box, "a", 3, ["m3"])).toEqual([]);
  expect(box.envelope("a").ack).toBe(1);
});

test("AK-3: messages stay in the envelope, in order, until they are acknowledged", () => {
  const box = new InboxOutbox<string, string>("a");
  for (const message of ["m1", "m2", "m3"]) box.send("b", message);
  expect(box.envelope("b")).toEqual({ from: "a", first: 1, messages: ["m1", "m2", "m3"], ack: 0 });
  expect(box.envelope("b")).toEqual(box.envelope("b"));
  expect(box.acknowledge("b", 2)).toBe(2);
  expect(box.acknowledge("b", 1)).toBe(0);
  expect(box.envelope("b")).toEqual({ from: "a", first: 3, messages: ["m3"], ack: 0 });
  expect([box.hasPendingMessages, box.hasPending("b"), box.pendingReceivers()]).toEqual([true, true, ["b"]]);
  expect(box.acknowledge("b", 3)).toBe(1);
  expect([box.hasPendingMessages, box.hasPending("b"), box.pendingReceivers()]).toEqual([false, false, []]);
  expect([box.lastSent("b"), box.lastAcknowledged("b")]).toEqual([3, 3]);
});

test("AK-3: an envelope is bounded; the remaining messages go in the next", () => {
  const box = new InboxOutbox<number, number>("a");
  for (let message = 1; message <= ENVELOPE_MESSAGES_MAX + 1; message++) box.send("b", message);
  expect(box.envelope("b").messages).toHaveLength(ENVELOPE_MESSAGES_MAX);
  expect([box.envelope("b").last, box.fitsEnvelope("b")]).toEqual([ENVELOPE_MESSAGES_MAX + 1, false]);
  box.acknowledge("b", ENVELOPE_MESSAGES_MAX);
  expect([box.envelope("b").last, box.fitsEnvelope("b")]).toEqual([undefined, true]);
  expect(box.envelope("b")).toMatchObject({ first: ENVELOPE_MESSAGES_MAX + 1, messages: [ENVELOPE_MESSAGES_MAX + 1] });
});

test("AK-9: an envelope is bounded in characters too, but holds at least one message", () => {
  const box = new InboxOutbox<object, object>("a");
  const third = { body: { text: "x".repeat(ENVELOPE_CHARS_MAX / 3) } };
  for (const message of [third, third, third]) box.send("b", message);
  expect(box.envelope("b").messages).toHaveLength(2);
  box.send("c", { text: "x".repeat(2 * ENVELOPE_CHARS_MAX) });
  box.send("c", third);
  expect(box.envelope("c").messages).toHaveLength(1);
  const text = JSON.stringify(box.envelope("b").messages);
  expect(text.length).toBeLessThanOrEqual(ENVELOPE_CHARS_MAX);
});

test("AK-9: messages that did not fit a sender's envelope count as unapplied until they are applied", () => {
  const box = new InboxOutbox<string, string>("a");
  take(box, "b", 1, ["m1"]);
  box.noteAnnounced("b", 3);
  expect([box.unappliedThrough("b", null), box.unappliedThrough("b", 1), box.unappliedThrough("c", null)]).toEqual([
    3, 0, 0,
  ]);
  take(box, "b", 2, ["m2"]);
  box.noteAnnounced("b", 0);
  expect(box.unappliedThrough("b", null)).toBe(3);
  take(box, "b", 3, ["m3"]);
  box.noteAnnounced("b", 0);
  expect([box.unappliedThrough("b", null), box.unappliedThrough("b", 3)]).toEqual([0, 0]);
});

test("an acknowledgement of a message that was never sent throws", () => {
  const box = new InboxOutbox<string, string>("a");
  box.send("b", "m1");
  expect(() => box.acknowledge("b", 2)).toThrow(/never sent/);
});

test("AK-2, AK-3: with envelopes that are late, repeated or lost, both sides apply everything once and in order", () => {
  const sent = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(sent, fc.infiniteStream(fc.nat(9)), (rounds, luck) => {
      const boxes = [new InboxOutbox<number, number>("0"), new InboxOutbox<number, number>("1")] as const;
      const applied: [number[], number[]] = [[], []];
      const counts: [number, number] = [0, 0];
      const flying: { to: 0 | 1; envelope: ReturnType<InboxOutbox<number, number>["envelope"]> }[] = [];
      const arrive = (at: number) => {
        const [letter] = flying.splice(at, 1);
        if (letter === undefined) return;
        const box = boxes[letter.to];
        box.acknowledge(letter.envelope.from, letter.envelope.ack);
        const fresh = box.newMessages(letter.envelope);
        if (fresh === null) return;
        applied[letter.to].push(...fresh.messages);
        box.markApplied(letter.envelope.from, fresh.first + fresh.messages.length - 1);
      };
      const post = (from: 0 | 1) => {
        const to = from === 0 ? 1 : 0;
        flying.push({ to, envelope: structuredClone(boxes[from].envelope(String(to))) });
      };
      const next = () => luck.next().value ?? 0;
      for (const [side, count] of rounds) {
        const from = side ? 1 : 0;
        for (let i = 0; i < count; i++) boxes[from].send(String(1 - from), ++counts[from]);
        post(from);
        const fate = next();
        if (fate < 2) post(from);
        else if (fate < 5) arrive(next() % Math.max(1, flying.length));
        else if (fate < 7) flying.splice(next() % Math.max(1, flying.length), 1);
      }
      for (let round = 0; round < 4; round++) {
        post(0);
        post(1);
        while (flying.length > 0) arrive(0);
      }
      const numbers = (count: number) => Array.from({ length: count }, (_, nth) => nth + 1);
      expect(applied).toEqual([numbers(counts[1]), numbers(counts[0])]);
      expect([boxes[0].hasPendingMessages, boxes[1].hasPendingMessages]).toEqual([false, false]);
    }),
  );
});

test("AK-1: a saved and loaded inbox and outbox are the same", () => {
  const box = new InboxOutbox<string, string>("a");
  take(box, "b", 1, ["x", "y"]);
  for (const message of ["m1", "m2"]) box.send("b", message);
  box.send("c", "n1");
  box.acknowledge("b", 1);
  box.acknowledge("c", 1);
  const loaded = new InboxOutbox<string, string>("a");
  loaded.load(structuredClone(box.save()));
  for (const to of ["b", "c", "d"]) expect(loaded.envelope(to)).toEqual(box.envelope(to));
  expect(loaded.pendingReceivers()).toEqual(["b"]);
  expect(loaded.lastSent("c")).toBe(1);
  // What one of them sends from here on is not in the other.
  box.send("b", "m3");
  expect(loaded.lastSent("b")).toBe(2);
});

test("AK-14: what has arrived and waits is told as received, until it is applied", () => {
  const box = new InboxOutbox<string, string>("b");
  const received = () => box.envelope("a").received;
  const arrive = (first: number, ...messages: string[]) => box.noteReceived({ from: "a", first, messages, ack: 0 });
  arrive(1, "m1", "m2");
  expect([box.envelope("a").ack, received()]).toEqual([0, 2]);
  // After a gap, or again.
  arrive(4, "m4");
  arrive(2, "m2");
  arrive(3);
  expect(received()).toBe(2);
  arrive(2, "m2", "m3");
  expect(received()).toBe(3);
  box.markApplied("a", 2);
  expect([box.envelope("a").ack, received()]).toEqual([2, 3]);
  box.markApplied("a", 3);
  expect([box.envelope("a").ack, received()]).toEqual([3, undefined]);
  arrive(4, "m4");
  box.forgetReceived("a", 3);
  expect(received()).toBe(undefined);
});

test("AK-14: an envelope that is refused leaves those that wait, also when it only repeats them", () => {
  const box = new InboxOutbox<string, string>("b");
  const refuse = (first: number, ...messages: string[]): void => {
    box.forgetReceived("a", box.noteReceived({ from: "a", first, messages, ack: 0 }));
  };
  box.noteReceived({ from: "a", first: 1, messages: ["m1", "m2"], ack: 0 });
  for (const again of [1, 2, 3]) refuse(again, "m", "m", "m");
  refuse(1, "m1");
  refuse(9, "m9");
  expect([box.envelope("a").received, box.unappliedThrough("a", null)]).toEqual([2, 9]);
  box.markApplied("a", 2);
  refuse(3, "m3");
  expect(box.envelope("a").received).toBe(undefined);
});

test("AK-14: an envelope leaves out what has arrived, and is bounded from there on", () => {
  const box = new InboxOutbox<number, number>("a");
  for (let message = 1; message <= ENVELOPE_MESSAGES_MAX + 2; message++) box.send("b", message);
  const range = (received: number) => {
    const { first, messages, last = null } = box.envelope("b", received);
    return [first, messages[0] ?? null, messages.length, last, box.fitsEnvelope("b", received)];
  };
  const sent = ENVELOPE_MESSAGES_MAX + 2;
  expect(range(0)).toEqual([1, 1, ENVELOPE_MESSAGES_MAX, sent, false]);
  expect(range(1)).toEqual([2, 2, ENVELOPE_MESSAGES_MAX, sent, false]);
  expect(range(2)).toEqual([3, 3, ENVELOPE_MESSAGES_MAX, null, true]);
  expect(range(sent)).toEqual([sent + 1, null, 0, null, true]);
  expect(range(sent + 9)).toEqual([sent + 1, null, 0, null, true]);
  box.acknowledge("b", 5);
  expect(range(4)).toEqual([6, 6, ENVELOPE_MESSAGES_MAX - 3, null, true]);
});

test("AK-17: what an envelope has left out and has not arrived counts as unapplied", () => {
  const box = new InboxOutbox<string, string>("a");
  box.noteReceived({ from: "b", first: 3, messages: ["m3"], ack: 0 });
  expect(box.unappliedThrough("b", null)).toBe(3);
  expect(box.envelope("b").received).toBe(undefined);
  take(box, "b", 1, ["m1", "m2"]);
  box.noteAnnounced("b", 0);
  expect(box.unappliedThrough("b", null)).toBe(3);
  take(box, "b", 3, ["m3"]);
  box.noteAnnounced("b", 0);
  expect(box.unappliedThrough("b", null)).toBe(0);
});

describe("AK-17: messages that were piggybacked on a reply", () => {
  function piggybacked() {
    const box = new InboxOutbox<string, string>("a");
    for (const message of ["m1", "m2"]) box.send("b", message);
    expect(box.reply("b")).toEqual({ from: "a", first: 1, messages: ["m1", "m2"], ack: 0 });
    return box;
  }

  test("are left out of the next envelope, and not of the next reply", () => {
    const box = piggybacked();
    box.send("b", "m3");
    expect(box.nextEnvelope("b")).toEqual({ from: "a", first: 3, messages: ["m3"], ack: 0 });
    expect(box.nextEnvelope("b")).toEqual(box.nextEnvelope("b"));
    expect(box.reply("b").messages).toEqual(["m1", "m2", "m3"]);
    expect(box.reply("b", 1)).toEqual({ from: "a", first: 2, messages: ["m2", "m3"], ack: 0 });
  });

  test("are all sent when there is nothing else to send", () => {
    expect(piggybacked().nextEnvelope("b")).toMatchObject({ first: 1, messages: ["m1", "m2"] });
  });

  test("are sent again when the receiver lacks them, and only then are there any", () => {
    const box = piggybacked();
    box.send("b", "m3");
    expect(box.leaveNothingOut("b")).toBe(true);
    expect(box.nextEnvelope("b")).toMatchObject({ first: 1, messages: ["m1", "m2", "m3"] });
    expect(box.leaveNothingOut("b")).toBe(false);
  });

  test("count no more once they are acknowledged, and those after them still do", () => {
    const box = piggybacked();
    box.send("b", "m3");
    box.acknowledge("b", 1);
    expect(box.nextEnvelope("b")).toMatchObject({ first: 3, messages: ["m3"] });
    box.acknowledge("b", 2);
    expect(box.leaveNothingOut("b")).toBe(false);
    expect(box.nextEnvelope("b")).toMatchObject({ first: 3, messages: ["m3"] });
  });

  test("are those of a reply that could not hold all: the others are in the next envelope", () => {
    const box = new InboxOutbox<number, number>("a");
    for (let message = 1; message <= ENVELOPE_MESSAGES_MAX + 2; message++) box.send("b", message);
    expect(box.reply("b").last).toBe(ENVELOPE_MESSAGES_MAX + 2);
    const { first, messages } = box.nextEnvelope("b");
    expect([first, messages]).toEqual([
      ENVELOPE_MESSAGES_MAX + 1,
      [ENVELOPE_MESSAGES_MAX + 1, ENVELOPE_MESSAGES_MAX + 2],
    ]);
  });

  test("are in a snapshot with the others, and after it nothing is left out", () => {
    const box = piggybacked();
    box.send("b", "m3");
    const again = new InboxOutbox<string, string>("a");
    again.load(box.save());
    expect(again.nextEnvelope("b")).toMatchObject({ first: 1, messages: ["m1", "m2", "m3"] });
  });
});
