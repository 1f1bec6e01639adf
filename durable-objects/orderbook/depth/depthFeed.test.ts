import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RECENT_TRADES } from "../../../domain/matching/bookState.ts";
import { levels, resting } from "../../../domain/matching/views.ts";
import type { DepthChanges, DepthPart, MarketSegment } from "../../../protocol/rpc/orderBook.ts";
import { decodeSegment } from "../../../protocol/stream/segment.ts";
import { DepthCopy, type DepthFrameElement } from "../../../protocol/mapping/testing.ts";
import { mergePublications, segmentWith } from "../feed.ts";
import { INTERVAL_MAX_MS } from "../publicationPace.ts";
import { newFeed } from "../testing.ts";

const BOTH: readonly DepthPart[] = ["depth", "orders"];
const elementsOf = (changes: DepthChanges | undefined) =>
  decodeSegment(changes?.bytes ?? new Uint8Array()) as DepthFrameElement[];

type State = ReturnType<typeof newFeed>["state"];

/** The displayed book as a copy shows it. */
function displayed(state: State, part: DepthPart) {
  const sides = { b: "buy", a: "sell" } as const;
  const wire = ({ price, qty }: { price: number; qty: number }) => ({ p: price / 10_000, s: qty / 1_000_000 });
  const of = (side: "b" | "a") =>
    part === "depth"
      ? levels(state, sides[side]).map(wire)
      : [...resting(state, sides[side])].map((order) => ({ ...wire(order), id: order.ref }));
  return { b: of("b"), a: of("a") };
}

const copied = (copy: DepthCopy) => ({ b: copy.rows("b"), a: copy.rows("a") });

function listening() {
  const rig = newFeed();
  const copies = { depth: new DepthCopy(), orders: new DepthCopy() };
  for (const part of BOTH) rig.audience.depth.add(part);
  const take = (from: Partial<Pick<MarketSegment, DepthPart>>) => {
    for (const part of BOTH) for (const element of elementsOf(from[part])) copies[part].take(element);
  };
  let seen = 0;
  const drain = () => {
    const fresh = rig.published.slice(seen);
    seen = rig.published.length;
    if (fresh.length > 0) take(mergePublications(fresh));
  };
  return { ...rig, copies, take, drain };
}

describe("MD-100: the depth of a book", () => {
  test("is a snapshot and then the changes of each window, which lead to the displayed book", () => {
    const line = fc.tuple(
      fc.constantFrom("buy", "sell", "cancel"),
      fc.integer({ min: 97, max: 103 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(150),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 60, size: "max" }), fc.nat(10), (lines, begins) => {
        const { commit, cancel, wait, feed, state, copies, take, drain, published } = listening();
        let placed = 0;
        for (const [nth, [word, dollars, qty, pause]] of lines.entries()) {
          if (nth === begins) {
            drain();
            take(feed.snapshot(BOTH));
          }
          if (word === "cancel") cancel(`o${1 + (qty % Math.max(1, placed))}`);
          else {
            placed++;
            commit(`${word} ${dollars * 10_000} ${qty}`);
          }
          wait(pause);
          drain();
        }
        wait(2 * INTERVAL_MAX_MS);
        drain();
        for (const part of BOTH) {
          if (published.some(({ segment }) => segment[part] !== undefined))
            expect(copied(copies[part])).toEqual(displayed(state, part));
        }
        // A client that was cut at any point resumes to the same book.
        const segment = feed.since(0, BOTH);
        if (segment.kind !== "segment") throw new Error(segment.kind);
        for (const part of BOTH) {
          const resumed = new DepthCopy();
          for (const element of elementsOf(feed.snapshot([part])[part])) resumed.take(element);
          expect(copied(resumed)).toEqual(displayed(state, part));
        }
      }),
    );
  });

  test("is resumed after any sequence: with the changes after it, or with a snapshot and the reason", () => {
    const { commit, wait, feed, state, published, audience } = listening();
    feed.snapshot(BOTH);
    for (let nth = 0; nth < 8; nth++) {
      commit(`buy ${1_000_000 - nth * 100} ${nth + 1}`);
      wait(INTERVAL_MAX_MS);
    }
    const all = published.flatMap(({ segment }) => elementsOf(segment.depth));
    expect(all.map(({ r, prev, seq }) => [r ?? false, prev ?? 0, seq])).toEqual(
      Array.from({ length: 8 }, (_, nth) => [false, nth, nth + 1]),
    );
    for (let cut = 0; cut <= 8; cut++) {
      const copy = new DepthCopy();
      copy.seq = 0;
      for (const element of all.slice(0, cut)) copy.take(element);
      const since = feed.since(cut, ["depth"]);
      if (since.kind === "ahead") throw new Error("ahead");
      expect(since.segment.orders).toBeUndefined();
      for (const element of elementsOf(since.segment.depth)) copy.take(element);
      expect(copied(copy)).toEqual(displayed(state, "depth"));
      expect(copy.snapshots).toBe(0);
    }
    // Without listeners nothing is kept, so a cursor from before gets a snapshot.
    audience.depth.clear();
    commit("sell 2000000 1");
    wait(INTERVAL_MAX_MS);
    audience.depth.add("depth");
    feed.snapshot(["depth"]);
    const since = feed.since(3, ["depth"]);
    if (since.kind !== "segment") throw new Error(since.kind);
    const [whole, ...rest] = elementsOf(since.segment.depth);
    expect(rest).toEqual([]);
    expect(whole).toMatchObject({ r: true, reason: "cursor_too_old", seq: 9 });
  });

  test("begins anew for a copy that missed a change of which nobody was told", () => {
    const { commit, wait, feed, audience, published, state } = newFeed();
    audience.depth.add("depth");
    const copy = new DepthCopy();
    const take = (changes: DepthChanges | undefined) => {
      for (const element of elementsOf(changes)) copy.take(element);
    };
    take(feed.snapshot(["depth"]).depth);
    commit("buy 1000000 1");
    wait(INTERVAL_MAX_MS);
    take(published.at(-1)?.segment.depth);
    audience.depth.clear();
    // Below the top, so that no segment is published.
    commit("buy 990000 1");
    wait(INTERVAL_MAX_MS);
    expect(published).toHaveLength(1);
    audience.depth.add("depth");
    feed.snapshot(["depth"]);
    const since = feed.since(copy.seq, ["depth"]);
    if (since.kind !== "segment") throw new Error(since.kind);
    take(since.segment.depth);
    expect(copied(copy)).toEqual(displayed(state, "depth"));
    commit("buy 980000 1");
    wait(INTERVAL_MAX_MS);
    take(published.at(-1)?.segment.depth);
    expect(copied(copy)).toEqual(displayed(state, "depth"));
    expect(copy.snapshots).toBe(2);
  });

  test("goes on after a restart for a copy whose last change is long ago, and begins anew for one that lacks a change", () => {
    const { commit, tell, wait, published, state, restart, take, copies, feed } = listening();
    take(feed.snapshot(BOTH));
    commit("buy 1000000 1");
    wait(INTERVAL_MAX_MS);
    take(published.at(-1)?.segment ?? {});
    // Nothing of the displayed book has this sequence.
    tell({ kind: "halt", reason: "manual", until: null });
    wait(INTERVAL_MAX_MS);
    expect([copies.depth.seq, state.sequence]).toEqual([1, 2]);
    const restarted = restart();
    const resumed = restarted.since(2, BOTH);
    const anew = restarted.since(1, BOTH);
    if (resumed.kind === "ahead" || anew.kind === "ahead") throw new Error("ahead");
    expect(resumed.segment.depth).toBeUndefined();
    expect(elementsOf(anew.segment.depth)).toMatchObject([{ r: true, reason: "cursor_too_old", seq: 2 }]);
    commit("buy 990000 1");
    wait(INTERVAL_MAX_MS);
    const { segment } = published.at(-1) ?? {};
    expect(elementsOf(segment?.depth)).toMatchObject([{ prev: 0, seq: 3 }]);
    take(segment ?? {});
    expect(copied(copies.orders)).toEqual(displayed(state, "orders"));
    const other = new DepthCopy();
    for (const element of [...elementsOf(anew.segment.depth), ...elementsOf(segment?.depth)]) other.take(element);
    expect(copied(other)).toEqual(displayed(state, "depth"));
  });

  test("is in the answer to a subscription also after a commit that changed nothing of the book", () => {
    const { commit, wait, feed, audience, state, copies, take, drain } = listening();
    audience.depth.clear();
    commit("buy 1000000 1");
    // A refused order, while the next window is open.
    feed.changed([]);
    for (const part of BOTH) audience.depth.add(part);
    drain();
    take(feed.snapshot(BOTH));
    wait(INTERVAL_MAX_MS);
    // Another relay subscribes.
    feed.snapshot(BOTH);
    commit("buy 990000 1");
    wait(INTERVAL_MAX_MS);
    drain();
    for (const part of BOTH) expect(copied(copies[part])).toEqual(displayed(state, part));
  });

  test("is read whole while more trades wait for the next window than are stored", () => {
    const { commit, wait, feed, state, copies, take } = listening();
    take(feed.snapshot(BOTH));
    const makers = Array.from({ length: RECENT_TRADES + 5 }, () => "sell 1000000 1");
    commit(...makers);
    wait(INTERVAL_MAX_MS);
    commit("buy 990000 1");
    commit(`buy 1000000 ${RECENT_TRADES + 3}`);
    const since = feed.since(0, BOTH);
    if (since.kind !== "too_old") throw new Error(since.kind);
    expect(since.segment.previous).toBeLessThan(since.segment.sequence);
    expect(since.segment.tradeCount).toBe(RECENT_TRADES);
    take(since.segment);
    for (const part of BOTH) expect(copied(copies[part])).toEqual(displayed(state, part));
  });

  test("keeps a bounded number of changes", () => {
    const { commit, wait, feed } = listening();
    for (let nth = 0; nth < 610; nth++) {
      commit(`buy ${100_000 + 100 * (nth % 50)} 1`);
      wait(INTERVAL_MAX_MS);
    }
    const reason = (after: number) => {
      const since = feed.since(after, ["depth"]);
      return since.kind === "ahead" ? "ahead" : elementsOf(since.segment.depth).map(({ r }) => r ?? false);
    };
    expect(reason(9)).toEqual([true]);
    expect(reason(10)).toHaveLength(600);
    expect(reason(608)).toEqual([false, false]);
    expect(reason(610)).toEqual([]);
  });

  test("is computed for nobody unless somebody listens, and sent only to relays that asked for it", () => {
    const { commit, wait, published, audience } = newFeed();
    commit("buy 1000000 1");
    wait(INTERVAL_MAX_MS);
    expect(published.flatMap(({ segment }) => [segment.depth, segment.orders])).toEqual([undefined, undefined]);
    audience.depth.add("orders");
    commit("buy 990000 1");
    wait(INTERVAL_MAX_MS);
    // It begins with a snapshot, also when a change was waiting.
    const [, second] = published;
    if (second === undefined) throw new Error("nothing published");
    expect(second.segment.depth).toBeUndefined();
    expect(elementsOf(second.segment.orders)).toMatchObject([{ r: true, seq: 2, b: [{ id: 1 }, { id: 2 }], a: [] }]);
    expect(segmentWith(second.segment, ["depth"])).not.toHaveProperty("orders");
    expect(segmentWith(second.segment, ["orders"])).toHaveProperty("orders");
    expect(segmentWith(second.segment, [])).not.toHaveProperty("orders");
  });
});

describe("MD-102: whose orders they are", () => {
  test("is beside the elements, by account, and not in them", () => {
    const { commit, wait, published } = listening();
    commit("buy 1000000 1");
    wait(INTERVAL_MAX_MS);
    commit("buy 1000000 2", "sell 1010000 1");
    wait(INTERVAL_MAX_MS);
    const owners = published.map(({ segment }) => segment.orders?.owners);
    expect(owners).toEqual([
      { a: [{ id: 1, order_id: "o1" }] },
      {
        a: [
          { id: 2, order_id: "o2" },
          { id: 3, order_id: "o3" },
        ],
      },
    ]);
    const text = JSON.stringify(published.flatMap(({ segment }) => elementsOf(segment.orders)));
    expect(text).not.toContain("order_id");
    expect(text).not.toContain("o1");
  });
});
