import { describe, expect, test, vi } from "vitest";
import { emptyDisks } from "../../test/emptyDisk.ts";
import { BATCH_REQUESTS_MAX, RESEND_ALARM_MS, PIGGYBACK_GRACE_MS, ROW_BYTES_MAX } from "./limits.ts";
import { from, startActor } from "../../test/model/logActor.ts";
import type { Projection } from "./projection.ts";

const disk = emptyDisks();

const start = (now?: () => number) => startActor(disk.storage, now);

describe("AK-1: after a restart", () => {
  test("state and unsent messages are restored, with the times of their commits", async () => {
    let clock = 5;
    const { actor, say, synced } = start(() => clock);
    await say("one", "m1");
    await synced();
    clock = 6;
    await actor.receive(from("c", 1, ["echo x", "y"]));
    await synced();
    const again = start();
    expect(again.actor.state).toEqual(actor.state);
    expect(again.actor.state.log).toEqual(["one at 5", "c says echo x at 6", "c says y at 6"]);
    // Sent right after the request that woke the object, without an alarm or another request.
    expect(again.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(again.sent.map(({ envelope }) => envelope)).toEqual([from("a", 1, ["m1"]), from("a", 1, ["echo x"], 2)]);
    expect(again.ports.armBy).toHaveBeenCalledWith(5 + RESEND_ALARM_MS);
  });

  test("time does not run backwards when the clock is set back", async () => {
    const first = start(() => 100);
    await first.say("one");
    const again = start(() => 7);
    expect(again.actor.committedAt).toBe(100);
    await again.say("two");
    expect(again.actor.state.log).toEqual(["one at 100", "two at 100"]);
  });

  test("events of earlier commits are neither stored nor published again", async () => {
    await start().say("one");
    const { ports } = start();
    expect(ports.persist).not.toHaveBeenCalled();
    expect(ports.committed).not.toHaveBeenCalled();
  });

  test("messages that were acknowledged before the last commit are not sent again", async () => {
    const { say, sent, synced } = start();
    await say("one", "m1");
    await synced();
    sent[0]?.answer(from("b", 1, [], 1));
    await vi.advanceTimersByTimeAsync(0);
    await synced();
    const second = say("two", "m2");
    await synced();
    await second;
    const again = start();
    await vi.advanceTimersByTimeAsync(0);
    expect(again.sentMessages()).toEqual([[2, "m2"]]);
  });

  test("a snapshot restores the same as the journal it replaced, with inbox, outbox and time", async () => {
    const first = start(() => 100);
    await first.say("x".repeat(300_000), "m1");
    await first.synced();
    await first.actor.receive(from("c", 1, ["hello"]));
    await first.synced();
    expect(disk.journalRows()).toBeLessThan(2);
    const again = start(() => 7);
    expect(again.actor.state).toEqual(first.actor.state);
    await vi.advanceTimersByTimeAsync(0);
    expect(again.sentMessages()).toEqual([[1, "m1"]]);
    void again.actor.receive(from("c", 1, ["hello"]));
    void again.say("late");
    await again.synced();
    expect(again.actor.state.log.slice(1)).toEqual(["c says hello at 100", "late at 100"]);
  });
});

describe("AK-2: messages", () => {
  test("are applied once; the reply carries the pending messages and the acknowledgement", async () => {
    const { actor, synced } = start();
    const answer = await actor.receive(from("b", 1, ["echo x"]));
    expect(answer).toEqual(from("a", 1, ["echo x"], 1));
    await synced();
    const rows = disk.journalRows();
    expect(await actor.receive(from("b", 1, ["echo x"]))).toEqual(answer);
    await synced();
    expect(await actor.receive(from("b", 3, ["z"]))).toEqual(answer);
    expect(actor.state.log).toEqual(["b says echo x at 5"]);
    expect(disk.journalRows()).toBe(rows);
  });

  test("that are piggybacked on a reply are sent separately only when they are not acknowledged in time", async () => {
    const { actor, sent, sentMessages } = start();
    await actor.receive(from("b", 1, ["echo x"]));
    await vi.advanceTimersByTimeAsync(PIGGYBACK_GRACE_MS - 1);
    expect(sent).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(sentMessages()).toEqual([[1, "echo x"]]);
  });

  test("AK-17: that were piggybacked on a reply are left out of the next envelope, and sent when the receiver lacks them", async () => {
    const { actor, say, sent, synced, sentMessages } = start();
    await actor.receive(from("b", 1, ["echo x"]));
    await synced();
    await say("one", "m2");
    await synced();
    expect(sentMessages()).toEqual([[2, "m2"]]);
    sent[0]?.answer(from("b", 2, [], 0));
    await vi.advanceTimersByTimeAsync(0);
    expect(sentMessages()).toEqual([
      [2, "m2"],
      [1, "echo x", "m2"],
    ]);
    sent[1]?.answer(from("b", 2, [], 2));
    await vi.advanceTimersByTimeAsync(PIGGYBACK_GRACE_MS);
    expect(sent).toHaveLength(2);
  });

  test("that arrive with a reply are applied before the waiters are resolved", async () => {
    const { actor, say, sent, synced } = start();
    await say("one", "m1");
    await synced();
    const settled = actor.awaitReply("b").then((delivered) => [delivered, ...actor.state.log]);
    sent[0]?.answer(from("b", 1, ["thanks"], 1));
    await synced();
    expect(await settled).toEqual([true, "one at 5", "b says thanks at 5"]);
  });
});

describe("AK-3: messages", () => {
  test("without a reply are sent again, and an alarm is set in case the object dies meanwhile", async () => {
    const { say, sent, synced, sentMessages, ports } = start();
    await say("one", "m1");
    expect(ports.armBy).toHaveBeenCalledWith(5 + RESEND_ALARM_MS);
    await synced();
    sent[0]?.fail();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sentMessages()).toEqual([
      [1, "m1"],
      [1, "m1"],
    ]);
  });
});

describe("AK-4: requests", () => {
  test("that arrive while a commit is being written share the next one", async () => {
    const { say, synced, ports } = start();
    await say("one");
    const rest = ["two", "three", "four"].map((text) => say(text));
    expect(disk.journalRows()).toBe(1);
    await synced();
    expect(await Promise.all(rest)).toEqual(["two", "three", "four"]);
    expect(disk.journalRows()).toBe(2);
    expect(ports.committed.mock.calls).toEqual([[["one"]], [["two", "three", "four"]]]);
  });

  test("of one batch are decided in order, each on the state that the previous one left", async () => {
    const { actor, say, synced } = start();
    await say("one");
    const seen = [1, 2].map(() =>
      actor.execute((state) => ({ entries: [{ text: "next" }], outcome: state.log.length })),
    );
    await synced();
    expect(await Promise.all(seen)).toEqual([1, 2]);
  });

  test("beyond the limit of a batch wait for the commit after it", async () => {
    const { say, synced } = start();
    void say("one");
    for (let i = 0; i <= BATCH_REQUESTS_MAX; i++) void say("more");
    await synced();
    expect(disk.journalRows()).toBe(2);
    await synced();
    expect(disk.journalRows()).toBe(3);
  });

  test("that change nothing write nothing", async () => {
    const { actor } = start();
    expect(await actor.execute(() => ({ entries: [], outcome: 7 }))).toBe(7);
    expect(disk.journalRows()).toBe(0);
  });
});

describe("AK-5: a request whose decision throws", () => {
  test("changes nothing, and the other requests of its batch succeed", async () => {
    const { actor, say, synced, ports } = start();
    await say("one");
    const before = say("two", "m2");
    const bad = actor.execute((): never => {
      throw new Error("a defect");
    });
    const after = say("three");
    const told = bad.catch((error: unknown) => String(error));
    await synced();
    expect(await told).toBe("Error: a defect");
    expect([await before, await after]).toEqual(["two", "three"]);
    expect(ports.abort).not.toHaveBeenCalled();
    expect(start().actor.state.log).toEqual(["one at 5", "two at 5", "three at 5"]);
  });
});

describe("AK-4, AK-5: a request of several decisions", () => {
  const ofSeveral = (actor: ReturnType<typeof start>["actor"], texts: readonly string[]) =>
    actor.execute((state, _now, apply) => {
      const seen = texts.map((text) => {
        if (text === "throw") throw new Error("a defect");
        apply([{ text, tell: text }]);
        return state.log.length;
      });
      return { entries: [{ text: "last" }], outcome: seen };
    });

  test("decides each on the state after the ones before it, in one commit and one envelope", async () => {
    const { actor, synced, sent } = start();
    const rows = disk.journalRows();
    const outcome = ofSeveral(actor, ["one", "two", "three"]);
    expect(await outcome).toEqual([1, 2, 3]);
    await synced();
    expect(disk.journalRows()).toBe(rows + 1);
    expect(sent.map(({ envelope }) => envelope.messages)).toEqual([["one", "two", "three"]]);
    expect(start().actor.state.log).toEqual(["one at 5", "two at 5", "three at 5", "last at 5"]);
  });

  test("keeps what it applied before a decision that throws", async () => {
    const { actor, say, synced, ports } = start();
    await say("before");
    const bad = ofSeveral(actor, ["one", "throw", "two"]).catch((error: unknown) => String(error));
    const after = say("after");
    await synced();
    expect(await bad).toBe("Error: a defect");
    expect(await after).toBe("after");
    expect(ports.abort).not.toHaveBeenCalled();
    expect(start().actor.state.log).toEqual(["before at 5", "one at 5", "after at 5"]);
  });

  test("fails with its commit when an entry cannot be applied", async () => {
    const { actor, ports, synced } = start();
    ports.persist.mockImplementation((event: string) => {
      if (event === "two") throw new Error("disk full");
    });
    const told = ofSeveral(actor, ["one", "two"]).catch((error: unknown) => String(error));
    await synced();
    expect(await told).toBe("Error: disk full");
    expect(ports.abort).toHaveBeenCalledOnce();
    expect(start().actor.state.log).toEqual([]);
  });
});

describe("AK-5: when a commit fails", () => {
  test("all of it is rolled back, every request is rejected, and the object restarts", async () => {
    const { say, synced, ports } = start();
    disk.storage.exec("CREATE TABLE events (text TEXT)");
    ports.persist.mockImplementation((event: string) => {
      disk.storage.exec("INSERT INTO events (text) VALUES (?)", event);
      if (event === "three") throw new Error("disk full");
    });
    await say("one");
    const rest = ["two", "three", "four"].map((text) => say(text));
    const told = Promise.all(rest.map((request) => request.catch((error: unknown) => String(error))));
    await synced();
    expect(await told).toEqual(["Error: disk full", "Error: disk full", "Error: disk full"]);
    expect(ports.abort).toHaveBeenCalledOnce();
    expect(ports.committed).toHaveBeenCalledOnce();
    expect(start().actor.state.log).toEqual(["one at 5"]);
    // Rows that the object stored in the commit are rolled back too.
    expect([...disk.storage.exec("SELECT text FROM events")].map(({ text }) => text)).toEqual(["one"]);
  });

  test("the same holds for a message that cannot be applied: it is neither stored nor acknowledged", async () => {
    const { actor, ports, synced } = start();
    await expect(actor.receive(from("b", 1, ["fine", "invalid"]))).rejects.toThrow("cannot be applied");
    await synced();
    expect(ports.abort).toHaveBeenCalledOnce();
    const again = start();
    expect(again.actor.state.log).toEqual([]);
    expect((await again.actor.receive(from("b", 1, []))).ack).toBe(0);
  });

  test("the same holds when the disk does not confirm the write", async () => {
    const { say, ports } = start();
    ports.storage.sync = () => Promise.reject(new Error("disk gone"));
    await say("one");
    await vi.advanceTimersByTimeAsync(0);
    expect(ports.abort).toHaveBeenCalledOnce();
  });
});

test("AK-6: an envelope larger than a row is journalled in several rows, and applied once", async () => {
  const messages = Array.from({ length: 500 }, (_, nth) => `${nth}`.padEnd(5_000, "."));
  const { actor, ports } = start();
  const answer = await actor.receive(from("b", 1, messages));
  expect(answer.ack).toBe(500);
  expect(ports.abort).not.toHaveBeenCalled();
  const again = start();
  expect(again.actor.state).toEqual(actor.state);
  expect(again.actor.state.log).toHaveLength(500);
  for (const { bytes } of disk.storage.exec("SELECT length(body) AS bytes FROM journal")) {
    expect(Number(bytes)).toBeLessThanOrEqual(ROW_BYTES_MAX);
  }
  expect((await again.actor.receive(from("b", 1, messages))).ack).toBe(500);
  expect(again.actor.state.log).toHaveLength(500);
});

describe("AK-13: a projection", () => {
  /** Rows in memory until there are three. */
  class Rows implements Projection<string> {
    added: string[] = [];
    constructor() {
      disk.storage.exec("CREATE TABLE IF NOT EXISTS texts (nth INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    }
    add(text: string): void {
      this.added.push(text);
    }
    get isDue(): boolean {
      return this.added.length >= 3;
    }
    write(): void {
      for (const text of this.added.splice(0)) disk.storage.exec("INSERT INTO texts (text) VALUES (?)", text);
    }
  }
  const written = () => [...disk.storage.exec("SELECT text FROM texts ORDER BY nth")].map(({ text }) => String(text));
  const startWith = (rows = new Rows()) => ({ ...startActor(disk.storage, () => 5, rows), rows });
  const sayAll = async ({ say, synced }: ReturnType<typeof startWith>, texts: readonly string[]) => {
    for (const text of texts) {
      await say(text);
      await synced();
    }
  };

  test("is written with the commit by which it is due, and has the newest events in memory", async () => {
    const first = startWith();
    await sayAll(first, ["one", "two"]);
    expect([written(), first.rows.added]).toEqual([[], ["one", "two"]]);
    await sayAll(first, ["three", "four"]);
    expect([written(), first.rows.added]).toEqual([["one", "two", "three"], ["four"]]);
  });

  test("has after a restart what was not written, and that once", async () => {
    await sayAll(startWith(), ["one", "two", "three", "four"]);
    const again = startWith();
    expect(again.rows.added).toEqual(["four"]);
    await sayAll(again, ["five", "six"]);
    expect([written(), startWith().rows.added]).toEqual([["one", "two", "three", "four", "five", "six"], []]);
  });

  test("is written before a snapshot drops the rows that it follows from", async () => {
    const first = startWith();
    await sayAll(first, ["one", "x".repeat(300_000)]);
    expect(disk.journalRows()).toBe(0);
    expect(written()).toEqual(["one", "x".repeat(300_000)]);
    expect(startWith().rows.added).toEqual([]);
  });

  test("does not write again what a release without projections has written", async () => {
    const before = start();
    await before.say("one");
    await before.synced();
    const first = startWith();
    expect(first.rows.added).toEqual([]);
    await sayAll(first, ["two"]);
    expect(startWith().rows.added).toEqual(["two"]);
  });

  test("that fails to be written fails the commit, which leaves nothing", async () => {
    const first = startWith();
    await sayAll(first, ["one", "two"]);
    first.rows.write = () => {
      throw new Error("the disk is full");
    };
    await expect(first.say("three")).rejects.toThrow("full");
    expect(first.ports.abort).toHaveBeenCalledTimes(1);
    const again = startWith();
    expect(again.rows.added).toEqual(["one", "two"]);
    expect(again.actor.state.log).toEqual(["one at 5", "two at 5"]);
  });
});
