import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Packr } from "msgpackr";
import { describe, expect, test, vi } from "vitest";
import { from, startActor } from "../../test/model/logActor.ts";
import { emptyDisks } from "../../test/emptyDisk.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import * as limits from "./limits.ts";
import { InboxOutbox } from "./inboxOutbox.ts";

/** Limits of the platform for one object: documented; rows, binds and messages were measured. */
const PLATFORM = {
  rowBytes: 2_000_000,
  binds: 100,
  rpcBytes: 32 * 1024 * 1024,
  memoryBytes: 128 * 1024 * 1024,
  storageBytes: 10_000_000_000,
  subrequests: 1_000,
};

/** Longest UTF-8 form of one character of JavaScript. */
const CHAR_BYTES = 3;

describe("AK-9: the limits are within those of the platform", () => {
  test("rows, with room for what SQLite adds", () => {
    expect(limits.ROW_BYTES_MAX).toBeLessThan(PLATFORM.rowBytes * 0.95);
    expect(limits.DEAD_LETTER_TEXT_MAX * CHAR_BYTES * 2).toBeLessThan(PLATFORM.rowBytes);
  });

  test("envelopes: one fits a row, and all in flight a third of the memory", () => {
    const envelopeBytes = limits.ENVELOPE_CHARS_MAX * CHAR_BYTES;
    expect(envelopeBytes).toBeLessThan(limits.ROW_BYTES_MAX);
    expect(envelopeBytes).toBeLessThan(PLATFORM.rpcBytes);
    // Text is ASCII except for names chosen by clients.
    expect(limits.ENVELOPE_CHARS_MAX * limits.ENVELOPES_IN_FLIGHT_MAX).toBeLessThan(PLATFORM.memoryBytes / 3);
  });

  test("calls: an alarm after a restart makes far fewer than one invocation may", () => {
    expect(limits.ENVELOPES_IN_FLIGHT_MAX).toBeLessThan(PLATFORM.subrequests / 2);
  });

  test("memory: waiting requests of a few KB, and 100,000 peers, take a third each", () => {
    expect(limits.QUEUE_REQUESTS_MAX * 4_096).toBeLessThan(PLATFORM.memoryBytes / 3);
    expect(100_000 * limits.PEER_BYTES_MAX).toBeLessThan(PLATFORM.memoryBytes / 3);
    // A snapshot is encoded as a whole before it is cut into rows.
    expect(100_000 * limits.PEER_SNAPSHOT_BYTES_MAX).toBeLessThan(PLATFORM.memoryBytes / 10);
  });

  test("storage: dead letters and alerts are a fraction of an object's storage", () => {
    const parked = limits.DEAD_LETTERS_MAX * limits.DEAD_LETTER_TEXT_MAX * 2 * CHAR_BYTES;
    expect(parked).toBeLessThan(PLATFORM.storageBytes / 20);
    expect(limits.ALERTS_MAX * 10_000).toBeLessThan(PLATFORM.storageBytes / 1_000);
  });
});

describe("AK-9: a peer without pending messages", () => {
  const PEERS = 20_000;
  const fill = () => {
    const box = new InboxOutbox<string, string>("book/AAPL");
    // A flat string, as from the wire, not a rope of its pieces.
    const text = JSON.stringify(Array.from({ length: PEERS }, () => `account/${crypto.randomUUID()}`));
    for (const [nth, peer] of (JSON.parse(text) as string[]).entries()) {
      box.send(peer, "report");
      box.acknowledge(peer, 1);
      box.markApplied(peer, 1_000_000 + nth);
    }
    return box;
  };

  test("takes at most PEER_SNAPSHOT_BYTES_MAX of a snapshot", () => {
    const bytes = new Packr({ useRecords: false }).pack(fill().save()).length;
    expect(bytes / PEERS).toBeLessThan(limits.PEER_SNAPSHOT_BYTES_MAX);
  });

  test("and at most PEER_BYTES_MAX of memory", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const used = () => {
      collect();
      return getHeapStatistics().used_heap_size;
    };
    const before = used();
    const box = fill();
    const bytes = used() - before;
    expect(box.peers()).toHaveLength(PEERS);
    expect(bytes / PEERS).toBeLessThan(limits.PEER_BYTES_MAX);
  });
});

describe("AK-9: an actor", () => {
  const disk = emptyDisks();

  test("refuses requests and envelopes while too many wait, and accepts them afterwards", async () => {
    const { actor, say, synced } = startActor(disk.storage);
    void say("first");
    const waiting = Array.from({ length: limits.QUEUE_REQUESTS_MAX }, () =>
      actor.execute(() => ({ entries: [], outcome: 1 })),
    );
    await expect(say("late")).rejects.toThrow("too many requests are waiting");
    await expect(actor.receive(from("b", 1, ["hello"]))).rejects.toThrow("too many requests are waiting");
    await synced();
    expect(await Promise.all(waiting)).toHaveLength(limits.QUEUE_REQUESTS_MAX);
    expect((await actor.receive(from("b", 1, ["hello"]))).ack).toBe(1);
  });

  test("waits for the disk only when something was written", async () => {
    const { actor, ports, say } = startActor(disk.storage);
    const sync = vi.spyOn(ports.storage, "sync");
    await actor.execute(() => ({ entries: [], outcome: 1 }));
    await actor.receive(from("b", 1, []));
    expect(sync).not.toHaveBeenCalled();
    await say("one");
    expect(sync).toHaveBeenCalledOnce();
  });

  test("keeps all messages of a growing outbox, with one alert until it has shrunk to half", async () => {
    const { actor, synced, sent } = startActor(disk.storage);
    const tell = async (messages: number) => {
      const entries = Array.from({ length: messages }, () => ({ text: "", tell: "m" }));
      const told = actor.execute(() => ({ entries, outcome: null }));
      await synced();
      await told;
      await synced();
    };
    await tell(limits.OUTBOX_ALERT_MESSAGES);
    expect(actor.report().alerts).toEqual([]);
    await tell(1);
    await tell(1);
    const facts = { to: "b", pending: limits.OUTBOX_ALERT_MESSAGES + 1 };
    expect(actor.report().alerts).toMatchObject([{ kind: "outbox_long", open: true, facts }]);
    const { sent: count } = actor.cursors("b");
    sent[0]?.answer(from("b", 1, [], Math.ceil(count / 2) + 5));
    await synced();
    await synced();
    expect(actor.report().alerts).toMatchObject([{ open: false }]);
    expect(startActor(disk.storage).actor.cursors("b").sent).toBe(count);
  });
});

test("AK-9: no statement binds more values than the platform allows", () => {
  const storage = new NodeStorage(() => undefined);
  const exec = vi.spyOn(storage, "exec");
  startActor(storage).actor.report();
  void startActor(storage).say("one", "m1");
  expect(exec.mock.calls.length).toBeGreaterThan(5);
  for (const [, ...binds] of exec.mock.calls) expect(binds.length).toBeLessThan(PLATFORM.binds);
  storage.close();
});
