import { describe, expect, test, vi } from "vitest";
import { emptyDisks } from "../../test/emptyDisk.ts";
import type { PushAnswer } from "../../protocol/rpc/relay.ts";
import { PUSH_QUEUE_MAX, PUSH_RETRY_FIRST_MS, PUSH_TRIES_AT_ONCE, PUSH_TRIES_MAX, RESTART_PUSH_MS } from "./limits.ts";
import { Publisher } from "./publisher.ts";

const disk = emptyDisks();

/** A publisher on the disk.storage, as after a restart; the test answers its pushes. */
function start() {
  const pushes: { relay: string; items: readonly number[]; answer: (answer: PushAnswer) => void; fail: () => void }[] =
    [];
  const log = vi.fn();
  const publisher = new Publisher<number>({
    sql: disk.storage,
    push: (relay, items) =>
      new Promise((answer, reject) => {
        pushes.push({ relay, items, answer, fail: () => reject(new Error("away")) });
      }),
    random: () => 0.5,
    log,
  });
  const pushed = () => pushes.map(({ relay, items }) => `${relay} ${items.join("+")}`);
  /** Lets the promises of the turn run. */
  const turn = async () => void (await vi.advanceTimersByTimeAsync(0));
  const answer = async (keep: boolean) => {
    pushes.at(-1)?.answer({ keep });
    await turn();
  };
  return { publisher, pushes, pushed, turn, answer, log };
}

describe("items are pushed", () => {
  test("in order: those of one turn in one push, those that arrive meanwhile in the next", async () => {
    const { publisher, pushed, turn, answer } = start();
    publisher.subscribe("r", 1);
    publisher.publish(1);
    publisher.publish(2);
    await turn();
    publisher.publish(3);
    publisher.publish(4);
    await turn();
    expect(pushed()).toEqual(["r 1+2"]);
    await answer(true);
    expect(pushed()).toEqual(["r 1+2", "r 3+4"]);
    await answer(true);
    publisher.publish(5);
    await turn();
    expect(pushed().at(-1)).toBe("r 5");
  });

  test("to each relay independently", async () => {
    const { publisher, pushed, turn, pushes } = start();
    publisher.subscribe("r", 1);
    publisher.subscribe("s", 1);
    publisher.publish(1);
    await turn();
    pushes.find(({ relay }) => relay === "s")?.answer({ keep: true });
    await turn();
    publisher.publish(2);
    await turn();
    expect(pushed()).toEqual(["r 1", "s 1", "s 2"]);
  });

  test("again together with later items when the relay is unreachable, then after growing back-off", async () => {
    const { publisher, pushes, pushed, turn, log } = start();
    publisher.subscribe("r", 1);
    publisher.publish(1);
    await turn();
    for (const item of [2, 3, 4]) {
      publisher.publish(item);
      pushes.at(-1)?.fail();
      await turn();
    }
    expect(pushed()).toEqual(["r 1", "r 1+2", "r 1+2+3"]);
    expect(log.mock.calls.map(([event]) => String(event))).toEqual(["push.failed"]);
    // New items do not shorten the back-off.
    publisher.publish(5);
    await vi.advanceTimersByTimeAsync(PUSH_RETRY_FIRST_MS - 1);
    expect(pushes).toHaveLength(PUSH_TRIES_AT_ONCE);
    await vi.advanceTimersByTimeAsync(1);
    pushes.at(-1)?.fail();
    await vi.advanceTimersByTimeAsync(2 * PUSH_RETRY_FIRST_MS);
    expect(pushed().slice(PUSH_TRIES_AT_ONCE)).toEqual(["r 1+2+3+4+5", "r 1+2+3+4+5"]);
    pushes.at(-1)?.answer({ keep: true });
    await turn();
    publisher.publish(6);
    await turn();
    expect(pushed().at(-1)).toBe("r 6");
  });

  test("and a relay that may have lost some is told the position, or the next items", async () => {
    const { publisher, pushed, turn, answer } = start();
    publisher.subscribe("r", 1);
    publisher.publish(1);
    await turn();
    await answer(true);
    publisher.lost("r");
    publisher.lost("s");
    await turn();
    expect(pushed()).toEqual(["r 1", "r "]);
    await answer(true);
    publisher.lost("r");
    publisher.publish(2);
    await turn();
    expect(pushed().slice(2)).toEqual(["r 2"]);
  });

  test("to no relay without a subscription", async () => {
    const { publisher, pushes, turn } = start();
    expect(publisher.hasListeners).toBe(false);
    publisher.publish(1);
    await turn();
    expect(pushes).toEqual([]);
  });
});

describe("MD-5: a relay", () => {
  test("survives a restart", async () => {
    start().publisher.subscribe("r", 1);
    const { publisher, pushed, turn } = start();
    expect(publisher.hasListeners).toBe(true);
    publisher.publish(1);
    await turn();
    expect(pushed()).toEqual(["r 1"]);
  });

  test("that refuses items is removed with its queue, also over a restart", async () => {
    const { publisher, pushed, turn, answer } = start();
    publisher.subscribe("r", 1);
    publisher.publish(1);
    await turn();
    publisher.publish(2);
    await answer(false);
    expect(publisher.hasListeners).toBe(false);
    publisher.publish(3);
    await turn();
    expect(pushed()).toEqual(["r 1"]);
    expect(start().publisher.hasListeners).toBe(false);
  });

  test("that subscribes while its refusal is in flight stays, also over a restart", async () => {
    const { publisher, pushed, turn, answer } = start();
    publisher.subscribe("r", 1);
    publisher.publish(1);
    await turn();
    publisher.subscribe("r", 2);
    publisher.publish(2);
    await answer(false);
    expect(pushed()).toEqual(["r 1", "r 2"]);
    expect(start().publisher.hasListeners).toBe(true);
  });

  test("whose subscriptions arrive out of order keeps the newer one", async () => {
    const first = start().publisher;
    first.subscribe("r", 2);
    first.subscribe("r", 1);
    const { publisher, turn, answer } = start();
    publisher.publish(1);
    await turn();
    // A repetition of the relay's second call: its answer to the push stands.
    publisher.subscribe("r", 2);
    await answer(false);
    expect(publisher.hasListeners).toBe(false);
  });
});

describe("MD-7: a relay that may have missed something", () => {
  test("is told the position after a restart, unless something is pushed before", async () => {
    start().publisher.subscribe("r", 1);
    const quiet = start();
    await vi.advanceTimersByTimeAsync(RESTART_PUSH_MS);
    expect(quiet.pushed()).toEqual(["r "]);
    quiet.pushes[0]?.fail();
    await quiet.turn();
    expect(quiet.pushed()).toEqual(["r ", "r "]);
    await quiet.answer(true);
    const busy = start();
    busy.publisher.publish(1);
    await busy.turn();
    await busy.answer(true);
    await vi.advanceTimersByTimeAsync(RESTART_PUSH_MS);
    expect(busy.pushed()).toEqual(["r 1"]);
  });

  test("because its queue overflowed gets later items, or the position", async () => {
    const { publisher, turn, log, pushes, pushed, answer } = start();
    publisher.subscribe("r", 1);
    publisher.publish(0);
    await turn();
    for (let item = 1; item <= PUSH_QUEUE_MAX + 1; item++) publisher.publish(item);
    expect(log).toHaveBeenCalledWith("push.dropped", { relay: "r", items: PUSH_QUEUE_MAX });
    await answer(true);
    expect(pushed()).toEqual(["r 0", `r ${PUSH_QUEUE_MAX + 1}`]);
    // The failed items return to a full queue: all are dropped, and only the position is pushed.
    for (let item = 1; item <= PUSH_QUEUE_MAX; item++) publisher.publish(item);
    pushes.at(-1)?.fail();
    await turn();
    expect(pushed().at(-1)).toBe("r ");
    await answer(true);
    expect(pushes).toHaveLength(3);
  });

  test("is removed when it is unreachable for minutes, and added again when it subscribes", async () => {
    const { publisher, turn, pushes } = start();
    publisher.subscribe("r", 1);
    publisher.publish(1);
    for (let tries = 1; tries <= PUSH_TRIES_MAX; tries++) {
      await vi.advanceTimersByTimeAsync(20_000);
      expect(pushes).toHaveLength(tries);
      pushes.at(-1)?.fail();
      await turn();
    }
    expect(publisher.hasListeners).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pushes).toHaveLength(PUSH_TRIES_MAX);
    publisher.subscribe("r", 2);
    publisher.publish(2);
    await turn();
    expect(pushes.at(-1)?.items).toEqual([2]);
  });

  test("is retried at once when it subscribes again", async () => {
    const { publisher, turn, pushes, pushed } = start();
    publisher.subscribe("r", 1);
    publisher.publish(1);
    await turn();
    for (let tries = 0; tries < PUSH_TRIES_AT_ONCE; tries++) {
      pushes.at(-1)?.fail();
      await turn();
    }
    publisher.subscribe("r", 2);
    await turn();
    expect(pushed()).toEqual(["r 1", "r 1", "r 1", "r 1"]);
  });
});
