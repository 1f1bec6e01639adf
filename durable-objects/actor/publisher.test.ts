import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import type { PushAnswer } from "../../protocol/rpc.ts";
import { PUSH_QUEUE_MAX } from "./limits.ts";
import { Publisher } from "./publisher.ts";

let storage: NodeStorage;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
});
afterEach(() => storage.close());

/** A publisher on the storage, as after a restart; pushes are answered when the test says so. */
function start() {
  const pushes: { relay: string; items: readonly number[]; answer: (answer: PushAnswer) => void; fail: () => void }[] =
    [];
  const log = vi.fn();
  const publisher = new Publisher<number>({
    sql: storage,
    push: (relay, items) =>
      new Promise((answer, reject) => {
        pushes.push({ relay, items, answer, fail: () => reject(new Error("away")) });
      }),
    log,
  });
  const pushed = () => pushes.map(({ relay, items }) => `${relay} ${items.join("+")}`);
  /** Lets the promises of the turn run. */
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const answer = async (keep: boolean) => {
    pushes.at(-1)?.answer({ keep });
    await turn();
  };
  return { publisher, pushes, pushed, turn, answer, log };
}

describe("items are pushed", () => {
  test("in order, what one turn publishes in one push, and what gathers meanwhile in the next", async () => {
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

  test("to each relay at its own pace", async () => {
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

  test("again, together with what came after, when the relay could not be reached; the third time they are dropped", async () => {
    const { publisher, pushes, pushed, turn, log } = start();
    publisher.subscribe("r", 1);
    publisher.publish(1);
    await turn();
    for (const item of [2, 3, 4]) {
      publisher.publish(item);
      pushes.at(-1)?.fail();
      await turn();
    }
    expect(pushed()).toEqual(["r 1", "r 1+2", "r 1+2+3", "r 4"]);
    expect(log.mock.calls.map(([event]) => String(event))).toEqual(["push.dropped"]);
    expect(publisher.hasListeners).toBe(true);
  });

  test("to nobody when nobody listens", async () => {
    const { publisher, pushes, turn } = start();
    expect(publisher.hasListeners).toBe(false);
    publisher.publish(1);
    await turn();
    expect(pushes).toEqual([]);
  });
});

describe("MD-5: a relay", () => {
  test("is remembered over a restart", async () => {
    start().publisher.subscribe("r", 1);
    const { publisher, pushed, turn } = start();
    expect(publisher.hasListeners).toBe(true);
    publisher.publish(1);
    await turn();
    expect(pushed()).toEqual(["r 1"]);
  });

  test("that nobody listens at is forgotten, with what waits for it, also over a restart", async () => {
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

  test("that subscribes while its refusal is on the way stays, also over a restart", async () => {
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

  test("whose subscriptions arrive in the wrong order keeps the newer one", async () => {
    const first = start().publisher;
    first.subscribe("r", 2);
    first.subscribe("r", 1);
    const { publisher, turn, answer } = start();
    publisher.publish(1);
    await turn();
    // The relay's second call again: no news, so its answer to the push stands.
    publisher.subscribe("r", 2);
    await answer(false);
    expect(publisher.hasListeners).toBe(false);
  });

  test("that does not keep up is dropped before its queue outgrows its bound", async () => {
    const { publisher, turn, log, pushes } = start();
    publisher.subscribe("r", 1);
    publisher.publish(0);
    await turn();
    for (let item = 0; item <= PUSH_QUEUE_MAX; item++) publisher.publish(item);
    expect(publisher.hasListeners).toBe(false);
    expect(log).toHaveBeenCalledWith("push.relay_too_slow", { relay: "r", waiting: PUSH_QUEUE_MAX });
    // What waited for it is gone with it, so that a new subscription begins anew.
    publisher.subscribe("r", 2);
    publisher.publish(-1);
    await turn();
    // Nor does a refusal that was meant for the old one touch it.
    pushes[0]?.answer({ keep: false });
    await turn();
    expect(pushes.map(({ items }) => items.join())).toEqual(["0", "-1"]);
    expect(publisher.hasListeners).toBe(true);
  });
});
