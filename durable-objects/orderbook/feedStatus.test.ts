/** The state of a market in its feed: status, bands, and the quote during a call period. */
import { describe, expect, test } from "vitest";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { bookTop, MarketFeed, mergePublications } from "./feed.ts";
import { INTERVAL_MAX_MS } from "./publicationPace.ts";
import { CLOCK_BEGINS, segmentText, newFeed } from "./testing.ts";

describe("MD-30: the status of a market is published", () => {
  /** A segment's status and bands as text. */
  const stand = ({ status, bands }: Pick<MarketSegment, "status" | "bands">): string =>
    [status, bands]
      .flatMap((part) => (part === undefined || part === null ? [] : (decodeSegment(part) as Record<string, string>[])))
      .map(({ T = "", sc, rc = "", i = "" }) => `${T} ${sc ?? i}${rc}`)
      .join(", ");

  test("when it changes, once, with its own sequence, and only the newest of a window", () => {
    const { commit, tell, wait, published, feed } = newFeed();
    expect(stand(feed.snapshot())).toBe("s T, l F");
    commit("buy 1000000 1");
    wait(INTERVAL_MAX_MS + 1);
    tell({ kind: "halt", reason: "news", until: null });
    wait(INTERVAL_MAX_MS + 1);
    commit("buy 1000000 1");
    tell({ kind: "resume", until: 1_000_000 });
    tell({ kind: "phase", phase: "continuous", session: "regular", until: null, uncross: "reopening" });
    wait(INTERVAL_MAX_MS + 1);
    expect(published.map(({ segment }) => stand(segment))).toEqual(["", "s HT1, l D", "", "s T, l F"]);
    for (const { segment } of published) expect(segment.sequence).toBeGreaterThan(segment.previous);
    expect(stand(mergePublications(published))).toBe("s T, l F");
    expect(stand(feed.snapshot())).toBe("s T, l F");
  });

  test("around the clock its phase starts with the trading day, never in 1970", () => {
    const { feed, tell, wait, published } = newFeed();
    const times = ({ status, bands }: Pick<MarketSegment, "status" | "bands">) =>
      [status, bands].flatMap((part) => decodeSegment(part ?? new Uint8Array()) as { t: Date }[]).map(({ t }) => t);
    // 20:00 in New York, on the evening before.
    const began = new Date("2026-11-20T01:00:00Z");
    expect(times(feed.snapshot())).toEqual([began, began]);
    const since = feed.since(0);
    expect(since.kind === "ahead" ? [] : times(since.segment)).toEqual([began, began]);
    wait(Date.UTC(2026, 10, 21, 2) - CLOCK_BEGINS);
    expect(times(feed.snapshot())).toEqual([new Date("2026-11-21T01:00:00Z"), new Date("2026-11-21T01:00:00Z")]);
    tell({ kind: "configure", calendar: "always", luldTier: 1 });
    expect(times(published.at(-1)?.segment ?? {})).toHaveLength(1);
  });

  test("MD-31: with the bands when they appear, move, enter and leave a limit state, and disappear", () => {
    const { commit, tell, wait, published } = newFeed();
    const next = () => {
      wait(INTERVAL_MAX_MS + 1);
      const { bands } = published.at(-1)?.segment ?? feedless();
      const [said] = bands === undefined || bands === null ? [] : (decodeSegment(bands) as Record<string, unknown>[]);
      return said === undefined ? null : [said["d"], said["u"], said["i"], said["limit"]];
    };
    tell({ kind: "configure", calendar: "always", luldTier: 1 });
    // 5 % around the instrument's reference price, 268.
    expect(next()).toEqual([254.6, 281.4, "B", ""]);
    commit("buy 2810000 1");
    expect(next()).toBeNull();
    commit("buy 2900000 1");
    expect(next()).toEqual([254.6, 281.4, "B", "upper"]);
    tell({ kind: "configure", calendar: "always", luldTier: null });
    expect(next()).toEqual([0, 0, "F", ""]);
  });

  test("also after a time without subscribers and after a restart, to a client that asks", () => {
    const { tell, audience, feed, state, published, commit } = newFeed();
    audience.listens = false;
    tell({ kind: "halt", reason: "breaker_2", until: 5 });
    const halted = "s HMWC2, l D";
    expect(stand(feed.snapshot())).toBe(halted);
    const restarted = new MarketFeed(() => state, {
      listeners: () => 1,
      feedPrices: () => null,
      depthWanted: () => new Set(),
      publish: () => {},
      now: () => CLOCK_BEGINS,
      after: () => {},
    });
    expect(stand(restarted.snapshot())).toBe(halted);
    const since = restarted.since(state.sequence);
    expect(since.kind === "segment" ? stand(since.segment) : since.kind).toBe(halted);
    // Already published, so not published again.
    audience.listens = true;
    commit("buy 1000000 1");
    expect(published.map(({ segment }) => stand(segment))).toEqual([""]);
  });
});

describe("MD-37: the quote during a call period", () => {
  test("has no prices while they are crossed or locked, and the best displayed ones otherwise", () => {
    const { state, commit, tell, wait, published } = newFeed();
    commit("buy 1000000 2", "sell 1020000 1");
    tell({ kind: "halt", reason: "manual", until: null });
    const quote = () => ({ bid: bookTop(state).bid?.price, ask: bookTop(state).ask?.price });
    expect(quote()).toEqual({ bid: 1_000_000, ask: 1_020_000 });
    commit("buy 1010000 1");
    expect(quote()).toEqual({ bid: 1_010_000, ask: 1_020_000 });
    for (const line of ["buy 1020000 1", "buy 1030000 1"]) {
      commit(line);
      expect(bookTop(state)).toMatchObject({ bid: null, ask: null });
    }
    wait(INTERVAL_MAX_MS);
    expect(segmentText(published.at(-1)?.segment ?? feedless())).toBe("trades  quote 0@0/0");
    tell({ kind: "resume", until: 1_000_000 });
    tell({ kind: "phase", phase: "continuous", session: "regular", until: null, uncross: "reopening" });
    expect(quote()).toEqual({ bid: 1_020_000, ask: undefined });
  });
});

/** An empty segment. */
function feedless(): never {
  throw new Error("nothing was published");
}
