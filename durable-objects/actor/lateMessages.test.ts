import { describe, expect, test, vi } from "vitest";
import { emptyDisks } from "../../test/emptyDisk.ts";
import { from, startActor } from "../../test/model/logActor.ts";
import { GATHER_MAX_MS } from "./limits.ts";

const disk = emptyDisks();

const start = (now?: () => number) => startActor(disk.storage, now);

describe("AK-14: a reply that arrives during a commit", () => {
  /** `m1` and `m2` are sent, and the reply to `m1` waits for the commit that has `m2`. */
  async function waiting() {
    const all = start();
    const { say, sent, synced } = all;
    await say("one", "m1");
    await synced();
    await say("two", "m2");
    sent[0]?.answer(from("b", 1, ["thanks"], 1));
    await vi.advanceTimersByTimeAsync(0);
    return all;
  }

  test("lets the next envelope leave, which does not acknowledge the reply", async () => {
    const { actor, sent } = await waiting();
    // Received, and not acknowledged: a reply to the second one need not repeat it.
    const second = { ...from("a", 2, ["m2"]), ack: 0, received: 1 };
    expect(sent.map(({ envelope }) => envelope)).toEqual([from("a", 1, ["m1"]), second]);
    expect(actor.state.log).toEqual(["one at 5", "two at 5"]);
  });

  test("answers who waits for it once it is committed", async () => {
    const { actor, say, sent, synced } = start();
    await say("one", "m1");
    const told = vi.fn();
    void actor.awaitReply("b").then(() => told(...actor.state.log));
    await synced();
    await say("two", "m2");
    sent[0]?.answer(from("b", 1, ["thanks"], 1));
    await vi.advanceTimersByTimeAsync(0);
    expect(told).not.toHaveBeenCalled();
    await synced();
    expect(told).toHaveBeenCalledWith("one at 5", "two at 5", "b says thanks at 5");
  });

  test("is followed by the reply to the next envelope, which does not repeat it", async () => {
    const { actor, sent, synced } = await waiting();
    sent[1]?.answer(from("b", 2, ["thanks too"], 2));
    await vi.advanceTimersByTimeAsync(0);
    await synced();
    expect(actor.state.log.slice(2)).toEqual(["b says thanks at 5", "b says thanks to at 5"]);
  });

  test("is not in the journal of an object that dies: it sends again, and the receiver replies again", async () => {
    await waiting();
    const again = start();
    await vi.advanceTimersByTimeAsync(0);
    expect(again.sentMessages()).toEqual([[1, "m1", "m2"]]);
    again.sent[0]?.answer(from("b", 1, ["thanks", "thanks too"], 2));
    await vi.advanceTimersByTimeAsync(0);
    expect(again.actor.state.log).toEqual(["one at 5", "two at 5", "b says thanks at 5", "b says thanks to at 5"]);
  });

  test("and only acknowledges takes no commit", async () => {
    const { say, sent, synced, actor } = start();
    await say("one", "m1");
    await synced();
    await say("two");
    sent[0]?.answer(from("b", 1, [], 1));
    await vi.advanceTimersByTimeAsync(0);
    expect(await actor.awaitReply("b")).toBe(true);
    expect(disk.journalRows()).toBe(2);
  });

  test("and contradicts the outbox is an alert, and nothing of it is applied", async () => {
    const { say, sent, synced, actor } = start();
    await say("one", "m1");
    await synced();
    sent[0]?.answer(from("b", 1, ["thanks"], 7));
    await vi.advanceTimersByTimeAsync(0);
    expect(actor.state.log).toEqual(["one at 5", "alert cursor_diverged at 5"]);
  });
});

test("AK-14: who waits for a reply waits for the messages that arrived before it and wait for their commit", async () => {
  const { actor, say, sent, synced } = start();
  await say("one", "m1");
  const told = vi.fn();
  void actor.awaitReply("b").then(() => told(actor.state.log.at(-1)));
  // During the commit an envelope of `b` arrives, and then its reply, which need not repeat what has arrived.
  void actor.receive(from("b", 1, ["news"]));
  sent[0]?.answer(from("b", 2, [], 1));
  await vi.advanceTimersByTimeAsync(0);
  expect(told).not.toHaveBeenCalled();
  await synced();
  expect(told).toHaveBeenCalledWith("b says news at 5");
});

test("AK-17: who waits for a reply waits for what an envelope has left out, which the reply still has to bring", async () => {
  const { actor, say, sent, synced } = start();
  await say("one", "m1");
  await synced();
  const told = vi.fn();
  void actor.awaitReply("b").then(() => told(...actor.state.log));
  void actor.receive(from("b", 2, ["more"], 1));
  await synced();
  await synced();
  expect(told).not.toHaveBeenCalled();
  sent[0]?.answer(from("b", 1, ["thanks"], 1));
  await synced();
  void actor.receive(from("b", 2, ["more"], 1));
  await synced();
  await synced();
  expect(told).toHaveBeenCalledWith("one at 5", "b says thanks at 5", "b says more at 5");
});

test("AK-14: a reply has the messages after those that have arrived, and all for a sender that knows of none", async () => {
  const { actor, synced } = start();
  const replies = [
    actor.receive(from("b", 1, ["echo 1", "echo 2"])),
    actor.receive({ ...from("b", 3, ["echo 3"]), received: 1 }),
    actor.receive(from("b", 3, ["echo 3"])),
  ];
  await synced();
  expect(await Promise.all(replies)).toEqual([
    // The third has arrived meanwhile.
    { ...from("a", 1, ["echo 1", "echo 2"], 2), received: 3 },
    from("a", 2, ["echo 2", "echo 3"], 3),
    from("a", 1, ["echo 1", "echo 2", "echo 3"], 3),
  ]);
});

describe("AK-14: messages that may be journalled late", () => {
  /** An actor whose commits become durable late. */
  async function busy() {
    const all = start(Date.now);
    for (let nth = 0; nth < 50; nth++) {
      void all.say("load");
      await vi.advanceTimersByTimeAsync(2 * GATHER_MAX_MS);
      await all.synced();
    }
    await vi.advanceTimersByTimeAsync(GATHER_MAX_MS);
    return { ...all, rows: disk.journalRows() };
  }

  test("wait for the next request of a busy object, and are applied before it is decided", async () => {
    const { actor, rows } = await busy();
    const told = vi.fn();
    void actor.receive(from("clerk", 1, ["news"])).then(({ ack }) => told(ack));
    await vi.advanceTimersByTimeAsync(GATHER_MAX_MS - 1);
    expect([disk.journalRows(), told.mock.calls]).toEqual([rows, []]);
    const seen = actor.execute((state) => ({ entries: [{ text: "next" }], outcome: state.log.at(-1) }));
    expect(await seen).toMatch("clerk says news");
    await vi.advanceTimersByTimeAsync(0);
    expect([disk.journalRows(), told.mock.calls]).toEqual([rows + 1, [[1]]]);
  });

  test("wait no longer than a window when nothing comes", async () => {
    const { actor } = await busy();
    void actor.receive(from("clerk", 1, ["news"]));
    await vi.advanceTimersByTimeAsync(GATHER_MAX_MS);
    expect(actor.state.log.at(-1)).toMatch("clerk says news");
  });
});
