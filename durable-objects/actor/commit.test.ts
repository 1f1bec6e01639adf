import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CommitQueue } from "./commit.ts";
import { BATCH_REQUESTS_MAX, GATHER_MAX_MS, QUEUE_REQUESTS_MAX } from "./limits.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

interface Asked {
  readonly name: string;
  readonly deferrable: boolean;
  readonly decisions?: number;
  readonly fail: (error: unknown) => void;
}

/** A queue whose commits become durable after `durableMs`. `commits` has the requests of each. */
function setUp(durableMs = 0) {
  const commits: string[] = [];
  const failed: string[] = [];
  let broken = false;
  const queue = new CommitQueue<Asked>({
    commit: (batch) => {
      if (broken) throw new Error("disk full");
      commits.push(batch.map(({ name }) => name).join(" "));
      return true;
    },
    sync: () => new Promise((resolve) => void setTimeout(resolve, durableMs)),
    now: Date.now,
    restart: () => Promise.resolve(),
  });
  const add = (name: string, deferrable: boolean) =>
    queue.add({ name, deferrable, fail: () => void failed.push(name) });
  const ask = (name: string) => add(name, false);
  const askMany = (name: string, decisions: number) =>
    queue.add({ name, deferrable: false, decisions, fail: () => void failed.push(name) });
  const tell = (name: string) => add(name, true);
  /** Commits one after the other, of so many requests, until windows are as long as they get. */
  const load = async (requests = 3) => {
    for (let nth = 0; nth < 50; nth++) {
      for (let one = 0; one < requests; one++) ask("load");
      await vi.advanceTimersByTimeAsync(durableMs + GATHER_MAX_MS);
    }
    commits.length = 0;
  };
  const breakDisk = () => void (broken = true);
  return { queue, commits, failed, ask, askMany, tell, load, breakDisk };
}

describe("AK-4, AK-15: a quiet object", () => {
  test("commits the first request at once, deferrable or not, and the others when it is durable", async () => {
    for (const first of ["ask", "tell"] as const) {
      const { commits, ask, tell, ...all } = setUp(1);
      ({ ask, tell, ...all })[first]("first");
      expect(commits).toEqual(["first"]);
      for (const name of ["second", "third"]) ask(name);
      tell("fourth");
      await vi.advanceTimersByTimeAsync(1);
      expect(commits).toEqual(["first", "second third fourth"]);
      await vi.advanceTimersByTimeAsync(1);
      expect(vi.getTimerCount()).toBe(0);
    }
  });
});

describe("AK-15: a busy object", () => {
  const DURABLE_MS = 20;
  test("makes one commit in a window, of all that arrived", async () => {
    const { commits, ask, load } = setUp(DURABLE_MS);
    await load();
    ask("first");
    expect(commits).toEqual([]);
    await vi.advanceTimersByTimeAsync(GATHER_MAX_MS / 2);
    expect(commits).toEqual(["first"]);
    await vi.advanceTimersByTimeAsync(1);
    for (const name of ["second", "third"]) ask(name);
    await vi.advanceTimersByTimeAsync(GATHER_MAX_MS - 2);
    expect(commits).toEqual(["first"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(commits).toEqual(["first", "second third"]);
  });

  test("commits a request at once when each has had a commit of its own", async () => {
    const { commits, ask, tell, load } = setUp(DURABLE_MS);
    await load(1);
    ask("first");
    expect(commits).toEqual(["first"]);
    ask("second");
    tell("report");
    await vi.advanceTimersByTimeAsync(DURABLE_MS);
    expect(commits).toEqual(["first", "second report"]);
    await vi.advanceTimersByTimeAsync(DURABLE_MS);
    tell("another");
    expect(commits).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(GATHER_MAX_MS);
    expect(commits).toEqual(["first", "second report", "another"]);
  });

  test("commits a deferrable request with the next that is not, and the older one first", async () => {
    const { commits, ask, tell, load } = setUp(DURABLE_MS);
    await load();
    tell("report");
    await vi.advanceTimersByTimeAsync(GATHER_MAX_MS - 1);
    expect(commits).toEqual([]);
    ask("order");
    expect(commits).toEqual(["report order"]);
  });

  test("commits a deferrable request alone after a window", async () => {
    const { commits, tell, load } = setUp(DURABLE_MS);
    await load();
    tell("report");
    await vi.advanceTimersByTimeAsync(GATHER_MAX_MS - 1);
    tell("another");
    expect(commits).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(commits).toEqual(["report another"]);
  });

  test("does not wait when a batch is full", async () => {
    const { commits, tell, load } = setUp(DURABLE_MS);
    await load();
    for (let nth = 0; nth < BATCH_REQUESTS_MAX; nth++) tell("r");
    expect(commits).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(DURABLE_MS + GATHER_MAX_MS);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("refuses what comes after a commit that failed", async () => {
    const { queue, failed, ask, load, breakDisk } = setUp(DURABLE_MS);
    await load();
    ask("first");
    ask("second");
    breakDisk();
    await vi.advanceTimersByTimeAsync(DURABLE_MS + GATHER_MAX_MS);
    expect(queue.failed).toBe(true);
    ask("third");
    expect(failed).toEqual(["third"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("AK-4: requests of several decisions", () => {
  test("share a commit up to its size, and the first of it is never divided", async () => {
    const { commits, askMany, ask } = setUp(1);
    ask("first");
    askMany("half", BATCH_REQUESTS_MAX / 2);
    askMany("other half", BATCH_REQUESTS_MAX / 2);
    askMany("large", 3 * BATCH_REQUESTS_MAX);
    ask("last");
    for (let nth = 0; nth < 3; nth++) await vi.advanceTimersByTimeAsync(1);
    expect(commits).toEqual(["first", "half other half", "large", "last"]);
  });

  test("are refused when too many decisions wait", async () => {
    const { failed, askMany, ask, commits } = setUp(1);
    ask("first");
    askMany("much", QUEUE_REQUESTS_MAX);
    ask("too much");
    expect(failed).toEqual(["too much"]);
    await vi.advanceTimersByTimeAsync(1);
    ask("later");
    await vi.advanceTimersByTimeAsync(2);
    expect(commits).toEqual(["first", "much", "later"]);
  });
});
