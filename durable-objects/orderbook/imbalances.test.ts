import { describe, expect, test } from "vitest";
import type { Indicative } from "../../domain/market/phase.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import { IMBALANCE_MS, ImbalancePublisher } from "./imbalances.ts";

const auction = (paired: number): Indicative => ({
  price: 1_000_000,
  paired: paired * 1_000_000,
  imbalance: 0,
  imbalanceSide: null,
  reference: 990_000,
});

/** An auction on a clock that the test advances. */
function setUp() {
  const told: string[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const world = { now: 0, listens: true, indicative: null as Indicative | null, reads: 0 };
  const imbalances = new ImbalancePublisher("AAPL", {
    hasListeners: () => world.listens,
    read: () => {
      world.reads++;
      return world.indicative === null ? null : { indicative: world.indicative, at: world.now };
    },
    publish: (element) => {
      const [said] = element === null ? [] : (decodeSegment(element) as { paired: number }[]);
      told.push(`${world.now} ${said?.paired ?? "over"}`);
    },
    after: (ms, run) => timers.push({ at: world.now + ms, run }),
  });
  const wait = (ms: number) => {
    world.now += ms;
    for (const due of timers.filter(({ at }) => at <= world.now)) {
      timers.splice(timers.indexOf(due), 1);
      due.run();
    }
  };
  const change = (indicative: Indicative | null) => {
    world.indicative = indicative;
    imbalances.changed();
  };
  return { world, told, timers, wait, change, imbalances };
}

describe("MD-32: the indicative auction", () => {
  test("is published at once, then once a second while it changes, and at its end", () => {
    const { told, wait, change, timers } = setUp();
    change(auction(1));
    for (const paired of [2, 3]) {
      wait(100);
      change(auction(paired));
    }
    expect(told).toEqual(["0 1"]);
    wait(IMBALANCE_MS - 200);
    expect(told).toEqual(["0 1", "1000 3"]);
    wait(IMBALANCE_MS);
    change(null);
    expect(told).toEqual(["0 1", "1000 3", "2000 over"]);
    expect(timers).toEqual([]);
  });

  test("is computed at most once a second, however often the book changes", () => {
    const { world, wait, change } = setUp();
    for (let nth = 0; nth < 100; nth++) {
      change(auction(nth));
      wait(30);
    }
    expect(world.reads).toBeLessThanOrEqual(4);
  });

  test("needs no timer while nothing changes, and is not published again when it is equal", () => {
    const { told, wait, change, timers } = setUp();
    change(auction(1));
    wait(IMBALANCE_MS);
    expect(timers).toEqual([]);
    change(auction(1));
    wait(IMBALANCE_MS);
    expect(told).toEqual(["0 1"]);
    expect(timers).toEqual([]);
  });

  test("is not computed without a subscriber, nor in continuous trading", () => {
    const { world, told, change, timers, imbalances } = setUp();
    world.listens = false;
    change(auction(1));
    expect([world.reads, told, timers]).toEqual([0, [], []]);
    expect(decodeSegment(imbalances.newest ?? new Uint8Array())).toMatchObject([{ paired: 1 }]);
    world.listens = true;
    change(null);
    expect([told, timers]).toEqual([[], []]);
    expect(imbalances.newest).toBeNull();
  });
});
