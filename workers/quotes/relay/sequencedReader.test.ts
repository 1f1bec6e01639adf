import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SequencedReader, type LogPage } from "./sequencedReader.ts";
import { GAP_FILL_TRIES, BUFFERED_ITEMS_MAX } from "./limits.ts";

/** A stretch of a log of numbers: all that follow `previous`, through `sequence`. */
interface Stretch {
  readonly previous: number;
  readonly sequence: number;
}

const stretch = (previous: number, sequence: number): Stretch => ({ previous, sequence });
const one = (sequence: number): Stretch => stretch(sequence - 1, sequence);

/** A reader of a log; pulls are answered when the test says so. */
function rig(page = 100) {
  const log = { through: 0, forgottenThrough: 0 };
  const read: (number | string)[] = [];
  const pulls: { from: number; answer: () => Promise<void>; fail: () => Promise<void> }[] = [];
  const failures: string[] = [];
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const answerTo = (from: number): LogPage<Stretch> => {
    const { through, forgottenThrough } = log;
    const base = Math.max(from, forgottenThrough);
    const items = base < through ? [stretch(base, Math.min(through, base + page))] : [];
    const skip =
      from < forgottenThrough
        ? { to: forgottenThrough, announce: () => read.push(`skip to ${forgottenThrough}`) }
        : null;
    return { items, through, skip };
  };
  const reader = new SequencedReader<Stretch>({
    span: (item) => item,
    after: ({ sequence }, previous) => stretch(previous, sequence),
    pull: (from) =>
      new Promise((resolve, reject) => {
        pulls.push({
          from,
          answer: () => (resolve(answerTo(from)), turn()),
          fail: () => (reject(new Error("away")), turn()),
        });
      }),
    deliver: (items, position) => {
      for (const { previous, sequence } of items) {
        for (let number = previous + 1; number <= sequence; number++) read.push(number);
      }
      expect(read.at(-1)).toBe(position);
    },
    wait: () => Promise.resolve(),
    failed: (error) => failures.push(String(error)),
  });
  const push = (item: Stretch) => {
    log.through = Math.max(log.through, item.sequence);
    reader.push([item], item.sequence);
  };
  return { reader, log, read, pulls, failures, push, turn };
}

describe("WS-13, MD-7: a reader", () => {
  it("delivers pushed items at once, and repeated or overlapping ones only once", () => {
    const { reader, read, push, pulls } = rig();
    reader.start(0);
    push(one(1));
    push(one(1));
    push(stretch(1, 3));
    push(stretch(0, 5));
    expect(read).toEqual([1, 2, 3, 4, 5]);
    expect(pulls).toHaveLength(0);
  });

  it("fills a gap, then delivers what was pushed meanwhile without pulling it", async () => {
    const { reader, log, read, push, pulls } = rig();
    reader.start(0);
    push(one(1));
    push(one(4));
    expect(pulls.map(({ from }) => from)).toEqual([1]);
    push(one(5));
    expect(read).toEqual([1]);
    log.through = 4;
    await pulls[0]?.answer();
    expect(read).toEqual([1, 2, 3, 4, 5]);
    expect(pulls).toHaveLength(1);
  });

  it("pulls page by page until it has everything that was seen", async () => {
    const { reader, log, read, push, pulls, turn } = rig(2);
    reader.start(0);
    log.through = 5;
    reader.push([], 5);
    for (let page = 0; page < 2; page++) await pulls[page]?.answer();
    push(one(6));
    await pulls[2]?.answer();
    await turn();
    expect(pulls.map(({ from }) => from)).toEqual([0, 2, 4]);
    expect(read).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("delivers nothing before its start, and everything after its position then", () => {
    const { reader, read, push, pulls } = rig();
    push(one(3));
    push(one(4));
    push(one(5));
    expect(reader.position).toBeNull();
    reader.start(3);
    expect(read).toEqual([4, 5]);
    expect(pulls).toEqual([]);
  });

  it("pulls the last item when its push was lost and the log's end is told", async () => {
    const { reader, log, read, pulls } = rig();
    reader.start(2);
    log.through = 3;
    reader.push([], 3);
    await pulls[0]?.answer();
    reader.push([], 3);
    expect(read).toEqual([3]);
    expect(pulls).toHaveLength(1);
  });

  it("announces that items are no longer stored, and continues after them", async () => {
    const { reader, log, read, pulls, push } = rig();
    reader.start(1);
    log.through = 8;
    log.forgottenThrough = 6;
    reader.push([], 8);
    await pulls[0]?.answer();
    push(one(9));
    expect(read).toEqual(["skip to 6", 7, 8, 9]);
  });

  it("reports a failure after some tries, and continues with the next push", async () => {
    const { reader, log, read, pulls, failures, push, turn } = rig();
    reader.start(0);
    log.through = 2;
    reader.push([], 2);
    for (let tries = 0; tries < GAP_FILL_TRIES; tries++) await pulls[tries]?.fail();
    expect(failures).toEqual(["Error: away"]);
    push(one(3));
    await pulls[GAP_FILL_TRIES]?.answer();
    await turn();
    expect(read).toEqual([1, 2, 3]);
  });

  it("stops pulling for an item that was seen and does not exist", async () => {
    const { reader, failures, pulls } = rig();
    reader.start(0);
    reader.push([], 2);
    for (let tries = 0; tries < GAP_FILL_TRIES; tries++) await pulls[tries]?.answer();
    expect(failures).toEqual(["Error: nothing follows 0, though 2 was seen"]);
    expect(pulls).toHaveLength(GAP_FILL_TRIES);
  });

  it("buffers a limited number of items: the rest is pulled", async () => {
    const { reader, log, read, pulls } = rig(10_000);
    reader.start(0);
    reader.push([], 1);
    for (let number = 2; number <= BUFFERED_ITEMS_MAX + 2; number++) reader.push([one(number)], number);
    log.through = 1;
    await pulls[0]?.answer();
    log.through = BUFFERED_ITEMS_MAX + 2;
    await pulls[1]?.answer();
    expect(read).toEqual(Array.from({ length: BUFFERED_ITEMS_MAX + 2 }, (_, nth) => nth + 1));
  });

  it("delivers nothing after it was stopped, also during a pull", async () => {
    const { reader, log, read, pulls } = rig();
    reader.start(0);
    log.through = 2;
    reader.push([], 2);
    reader.stop();
    await pulls[0]?.answer();
    reader.push([one(1)], 1);
    expect(read).toEqual([]);
  });

  it("delivers every number once and in order, whatever is lost, repeated, merged or late", async () => {
    const happening = fc.oneof(
      fc.record({ kind: fc.constant("append" as const), count: fc.integer({ min: 1, max: 4 }), pushed: fc.boolean() }),
      fc.record({ kind: fc.constant("again" as const), back: fc.nat(6), ahead: fc.nat(6) }),
      fc.record({ kind: fc.constant("pull" as const), answered: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 40 }), fc.nat(5), async (happenings, start) => {
        const { reader, log, read, pulls, turn } = rig(3);
        log.through = start;
        reader.start(start);
        let answered = 0;
        for (const step of happenings) {
          if (step.kind === "append") {
            const previous = log.through;
            log.through += step.count;
            if (step.pushed) reader.push([stretch(previous, log.through)], log.through);
          } else if (step.kind === "again") {
            if (log.through === 0) continue;
            const sequence = Math.max(1, log.through - step.back);
            reader.push([stretch(Math.max(0, sequence - 1 - step.ahead), sequence)], sequence);
          } else if (answered < pulls.length) {
            const pull = pulls[answered++];
            await (step.answered ? pull?.answer() : pull?.fail());
          }
        }
        reader.push([], log.through);
        while (answered < pulls.length) await pulls[answered++]?.answer();
        await turn();
        const expected = Array.from({ length: log.through - start }, (_, nth) => start + nth + 1);
        expect(read).toEqual(expected);
      }),
    );
  });
});
