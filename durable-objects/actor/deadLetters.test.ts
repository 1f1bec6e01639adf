import { describe, expect, test } from "vitest";
import { emptyDisks } from "../../test/emptyDisk.ts";
import { from, startActor } from "../../test/model/logActor.ts";
import { DEAD_LETTERS_MAX, DEAD_LETTER_AFTER_FAILURES, ROW_BYTES_MAX } from "./limits.ts";

const disk = emptyDisks();

/** Delivers an envelope to an actor that starts for it; returns its log, and whether it restarted. */
async function deliver(messages: readonly string[], first = 1) {
  const { actor, ports, synced } = startActor(disk.storage);
  const answer = actor.receive(from("b", first, messages)).then(
    ({ ack }) => `applied ${ack}`,
    (error: unknown) => String(error),
  );
  await synced();
  return { answer: await answer, aborted: ports.abort.mock.calls.length, actor, ports, synced };
}

async function deliverOften(messages: readonly string[], times: number): Promise<void> {
  for (let time = 0; time < times; time++) await deliver(messages);
}

const suspects = () => [...disk.storage.exec("SELECT sender, seq, failures FROM suspects")];

describe("AK-8: a message that cannot be applied", () => {
  test("is retried after a restart; each failure is recorded in its own transaction", async () => {
    const tried = await deliver(["fine", "invalid", "good"]);
    expect(tried).toMatchObject({ answer: "Error: cannot be applied", aborted: 1 });
    await deliver(["fine", "invalid", "good"]);
    expect(suspects()).toEqual([{ sender: "b", seq: 2, failures: 2 }]);
    expect(startActor(disk.storage).actor.state.log).toEqual([]);
  });

  test("is dead-lettered alone in the end: the messages around it are applied, and an alert is raised", async () => {
    const envelope = ["fine", "invalid", "good"];
    await deliverOften(envelope, DEAD_LETTER_AFTER_FAILURES);
    const { answer, aborted, actor, ports } = await deliver(envelope);
    expect([answer, aborted]).toEqual(["applied 3", 0]);
    expect(actor.state.log).toEqual(["b says fine at 5", "alert mail_parked at 5", "b says good at 5"]);
    const report = actor.report();
    expect(report.parked).toEqual([{ from: "b", seq: 2, at: 5, error: "cannot be applied", message: '"invalid"' }]);
    const facts = { from: "b", seq: 2, error: "cannot be applied" };
    expect(report.alerts).toEqual([{ id: 1, at: 5, kind: "mail_parked", facts, open: true }]);
    expect(ports.log).toHaveBeenCalledWith("alert.raised", report.alerts[0]);
    expect(suspects()).toEqual([]);
  });

  test("stays a dead letter: a replay skips it, and a repetition is ignored", async () => {
    const envelope = ["fine", "invalid", "good"];
    await deliverOften(envelope, DEAD_LETTER_AFTER_FAILURES + 1);
    const again = await deliver(envelope);
    expect([again.answer, again.aborted]).toEqual(["applied 3", 0]);
    expect(again.actor.state.log).toHaveLength(3);
    expect((await deliver(["next"], 4)).answer).toBe("applied 4");
    expect(startActor(disk.storage).actor.report().parked).toHaveLength(1);
  });

  test("does not hide another one: each is dead-lettered for its own failures", async () => {
    const envelope = ["invalid 1", "fine", "invalid 2"];
    await deliverOften(envelope, 2 * DEAD_LETTER_AFTER_FAILURES);
    const { answer, actor } = await deliver(envelope);
    expect(answer).toBe("applied 3");
    expect(actor.report().parked.map(({ seq }) => seq)).toEqual([3, 1]);
    expect(actor.state.log.filter((line) => line.includes("says"))).toEqual(["b says fine at 5"]);
  });

  test("may be larger than any row: the dead letter holds its beginning", async () => {
    const envelope = ["fine", "x".repeat(ROW_BYTES_MAX), "good"];
    await deliverOften(envelope, DEAD_LETTER_AFTER_FAILURES);
    const { answer, actor } = await deliver(envelope);
    expect(answer).toBe("applied 3");
    const [parked] = actor.report().parked;
    expect([parked?.seq, parked?.message.startsWith('"xxx')]).toEqual([2, true]);
  });
});

describe("AK-8: a message is not dead-lettered", () => {
  test("for a temporary failure: it is applied later, and its failures are forgotten", async () => {
    await deliverOften(["invalid"], DEAD_LETTER_AFTER_FAILURES - 1);
    expect((await deliver(["cured"])).answer).toBe("applied 1");
    expect(suspects()).toEqual([]);
  });

  test("for any number of disk errors", async () => {
    for (let time = 0; time <= DEAD_LETTER_AFTER_FAILURES; time++) {
      const { actor, ports, synced } = startActor(disk.storage);
      ports.persist.mockImplementation(() => {
        throw new Error("database or disk is full");
      });
      await expect(actor.receive(from("b", 1, ["emit"]))).rejects.toThrow("full");
      await synced();
      expect(ports.abort).toHaveBeenCalledOnce();
    }
    expect(suspects()).toEqual([]);
    expect((await deliver(["emit"])).answer).toBe("applied 1");
  });

  test("except for a violated constraint, which is the message's fault", async () => {
    disk.storage.exec("CREATE TABLE notes (text TEXT PRIMARY KEY)");
    disk.storage.exec("INSERT INTO notes (text) VALUES (?)", "emit");
    const { actor, ports } = startActor(disk.storage);
    ports.persist.mockImplementation((text: string) => disk.storage.exec("INSERT INTO notes (text) VALUES (?)", text));
    await expect(actor.receive(from("b", 1, ["emit"]))).rejects.toThrow("constraint failed");
    expect(suspects()).toEqual([{ sender: "b", seq: 1, failures: 1 }]);
  });

  test("once DEAD_LETTERS_MAX is reached: it waits, with an alert, for a release that can apply it", async () => {
    const start = startActor(disk.storage);
    for (let seq = 1; seq <= DEAD_LETTERS_MAX; seq++) {
      disk.storage.exec("INSERT INTO parked (sender, seq, at, error, message) VALUES (?, ?, 0, '', '')", "c", seq);
    }
    expect(start.actor.report().parked).toHaveLength(DEAD_LETTERS_MAX);
    await deliverOften(["invalid"], DEAD_LETTER_AFTER_FAILURES + 1);
    const { answer, actor } = await deliver(["invalid"]);
    expect(answer).toBe("Error: cannot be applied");
    expect(() => actor.state).toThrow("restarting");
    expect(startActor(disk.storage).actor.report().alerts).toMatchObject([
      { kind: "mail_blocked", facts: { from: "b", seq: 1 } },
    ]);
  });
});

test("AK-8: an object that is about to restart shows no state and accepts no request", async () => {
  const { actor } = startActor(disk.storage);
  await expect(actor.receive(from("b", 1, ["invalid"]))).rejects.toThrow("cannot be applied");
  expect(() => actor.state).toThrow("restarting");
  await expect(actor.execute(() => ({ entries: [], outcome: 1 }))).rejects.toThrow("restarting");
  expect((await deliver(["fine"])).answer).toBe("applied 1");
});
