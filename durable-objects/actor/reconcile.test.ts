import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Cursors, ReconcileResponse, OpenOrder } from "../../protocol/rpc/actor.ts";
import type { Finding } from "./alerts.ts";
import { ENVELOPE_TIMEOUT_MS, RECONCILE_FINDINGS_MAX, RECONCILE_MS, RECONCILE_PEERS_MAX } from "./limits.ts";
import { compareCursors, nextRound, Reconciler } from "./reconcile.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = (sent: number, acknowledged: number, applied: number): Cursors => ({ sent, acknowledged, applied });

describe("AK-11: the cursors of two actors", () => {
  test("are quiet when each has applied all that the other has sent, even if not all of it is acknowledged", () => {
    expect(compareCursors(at(3, 3, 5), at(5, 5, 3), at(3, 3, 5))).toBe("quiet");
    expect(compareCursors(at(3, 1, 5), at(5, 2, 3), at(3, 1, 5))).toBe("quiet");
  });

  test("are busy while messages are in flight, also when they were sent or arrived during the request", () => {
    expect(compareCursors(at(4, 3, 5), at(5, 5, 3), at(4, 3, 5))).toBe("busy");
    expect(compareCursors(at(3, 3, 5), at(6, 5, 3), at(3, 3, 5))).toBe("busy");
    expect(compareCursors(at(3, 3, 5), at(6, 5, 4), at(4, 3, 6))).toBe("busy");
  });

  test("that contradict each other say which commits were lost", () => {
    expect(compareCursors(at(3, 3, 5), at(5, 5, 4), at(3, 3, 5))).toBe("the peer has applied more than was sent");
    expect(compareCursors(at(3, 3, 5), at(5, 5, 2), at(3, 3, 5))).toMatch("forgotten what it had acknowledged");
    expect(compareCursors(at(3, 3, 5), at(4, 4, 3), at(3, 3, 5))).toMatch("forgotten what it had sent");
    expect(compareCursors(at(3, 3, 5), at(6, 6, 3), at(3, 3, 5))).toMatch("more is acknowledged than was applied here");
  });
});

/** An actor, and peers with responses set by the test. */
function setUp() {
  const now = { at: nextRound("account/ann", 1_000_000) };
  const mine = new Map<string, Cursors>([["book/AAPL", at(3, 3, 5)]]);
  const theirs = new Map<string, () => Promise<ReconcileResponse>>();
  const answer = (peer: string, cursors: Cursors, differing: ReconcileResponse["differing"] = []) =>
    theirs.set(peer, () => Promise.resolve({ cursors, differing }));
  const found = new Map<string, readonly Finding[]>();
  const facts = { needed: true, orders: [["o1", 7]] as readonly OpenOrder[] | null };
  const actor = {
    cursors: (peer: string) => mine.get(peer) ?? at(0, 0, 0),
    flush: vi.fn<(peer: string) => void>(),
    reportFindings: vi.fn((scope: string, findings: readonly Finding[]) => void found.set(scope, findings)),
  };
  const effects = {
    needed: () => facts.needed,
    checks: () => [{ scope: "holds", findings: [] as Finding[] }],
    peers: () => [...mine.keys()],
    orders: () => facts.orders,
    sendRequest: vi.fn((peer: string) => theirs.get(peer)?.() ?? Promise.reject(new Error("away"))),
    armBy: vi.fn<(at: number) => void>(),
    now: () => now.at,
    log: vi.fn(),
  };
  const reconciler = new Reconciler("account/ann", actor, effects);
  return { reconciler, actor, effects, now, mine, theirs, answer, found, facts };
}

describe("AK-11: rounds", () => {
  test("run once a minute, for each actor at its own second", () => {
    const times = ["account/ann", "account/bob", "book/AAPL"].map((address) => nextRound(address, 5_000_000));
    expect(new Set(times).size).toBe(3);
    for (const time of times) {
      expect(time).toBeGreaterThan(5_000_000);
      expect(time).toBeLessThanOrEqual(5_000_000 + RECONCILE_MS);
    }
    expect(nextRound("account/ann", (times[0] ?? 0) - 1)).toBe(times[0]);
    expect(nextRound("account/ann", times[0] ?? 0)).toBe((times[0] ?? 0) + RECONCILE_MS);
    const seconds = Array.from({ length: 600 }, (_, nth) => Math.floor((nextRound(`account/${nth}`, 0) / 1_000) % 60));
    expect(new Set(seconds).size).toBe(60);
  });

  test("are armed only while there is something to reconcile, so that idle objects sleep", async () => {
    const { reconciler, effects, facts, now } = setUp();
    facts.needed = false;
    reconciler.arm();
    await reconciler.onAlarm();
    expect([effects.armBy.mock.calls.length, effects.sendRequest.mock.calls.length]).toEqual([0, 0]);
    facts.needed = true;
    reconciler.arm();
    expect(effects.armBy).toHaveBeenCalledWith(nextRound("account/ann", now.at));
  });

  test("are not started by alarms for other reasons, except the first one after a restart", async () => {
    const { reconciler, effects, now, answer } = setUp();
    answer("book/AAPL", at(5, 5, 3));
    now.at += 5_000;
    await reconciler.onAlarm();
    expect(effects.sendRequest).toHaveBeenCalledTimes(1);
    now.at += 20_000;
    await reconciler.onAlarm();
    expect(effects.sendRequest).toHaveBeenCalledTimes(1);
    now.at = nextRound("account/ann", now.at);
    await reconciler.onAlarm();
    expect(effects.sendRequest).toHaveBeenCalledTimes(2);
    expect(effects.armBy).toHaveBeenLastCalledWith(now.at + RECONCILE_MS);
  });

  test("with too many peers, or unresponsive ones, continue with the others in the next round", async () => {
    const { reconciler, effects, mine, theirs, now } = setUp();
    mine.clear();
    for (let nth = 0; nth < RECONCILE_PEERS_MAX + 10; nth++) mine.set(`book/${nth}`, at(0, 0, 0));
    for (const peer of mine.keys()) theirs.set(peer, () => Promise.reject(new Error("away")));
    await reconciler.onAlarm();
    expect(effects.sendRequest).toHaveBeenCalledTimes(RECONCILE_PEERS_MAX);
    now.at += RECONCILE_MS;
    await reconciler.onAlarm();
    expect(new Set(effects.sendRequest.mock.calls.map(([peer]) => peer)).size).toBe(mine.size);

    effects.sendRequest.mockClear();
    effects.sendRequest.mockImplementation(() => {
      now.at += ENVELOPE_TIMEOUT_MS;
      return new Promise(() => undefined);
    });
    now.at += RECONCILE_MS;
    const round = reconciler.onAlarm();
    await vi.advanceTimersByTimeAsync(10 * ENVELOPE_TIMEOUT_MS);
    await round;
    expect(effects.sendRequest).toHaveBeenCalledTimes(RECONCILE_MS / 2 / ENVELOPE_TIMEOUT_MS);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("AK-11: a round reports", () => {
  test("nothing when all agree, and closes earlier findings", async () => {
    const { reconciler, answer, found, actor } = setUp();
    answer("book/AAPL", at(5, 5, 3));
    await reconciler.onAlarm();
    expect([...found]).toEqual([
      ["holds", []],
      ["cursors/book/AAPL", []],
      ["orders/book/AAPL", []],
    ]);
    expect(actor.flush).not.toHaveBeenCalled();
  });

  test("nothing about orders while messages are in flight, and flushes the outbox", async () => {
    const { reconciler, answer, found, actor } = setUp();
    answer("book/AAPL", at(6, 5, 3), [{ orderId: "o1", asked: 7, found: 3 }]);
    await reconciler.onAlarm();
    expect(actor.flush).toHaveBeenCalledWith("book/AAPL");
    expect(found.has("orders/book/AAPL")).toBe(false);
  });

  test("orders that differ while no message is in flight: each by its id, at most RECONCILE_FINDINGS_MAX", async () => {
    const { reconciler, answer, found } = setUp();
    const differing = Array.from({ length: 30 }, (_, nth) => ({ orderId: `o${nth}`, asked: 7, found: null }));
    answer("book/AAPL", at(5, 5, 3), differing);
    await reconciler.onAlarm();
    const findings = found.get("orders/book/AAPL") ?? [];
    expect(findings).toHaveLength(RECONCILE_FINDINGS_MAX);
    const facts = { peer: "book/AAPL", orderId: "o0", asked: 7, found: null };
    expect(findings[0]).toEqual({ kind: "order_diverged", key: "o0", facts });
  });

  test("contradicting cursors, with those of both sides", async () => {
    const { reconciler, answer, found } = setUp();
    answer("book/AAPL", at(5, 5, 2));
    await reconciler.onAlarm();
    const reason = "the peer has forgotten what it had acknowledged";
    const facts = { peer: "book/AAPL", reason, ours: at(3, 3, 5), theirs: at(5, 5, 2) };
    expect(found.get("cursors/book/AAPL")).toEqual([{ kind: "cursor_diverged", key: reason, facts }]);
    expect(found.has("orders/book/AAPL")).toBe(false);
  });

  test("nothing about an unresponsive peer", async () => {
    const { reconciler, found, effects } = setUp();
    await reconciler.onAlarm();
    expect([...found.keys()]).toEqual(["holds"]);
    expect(effects.log).toHaveBeenCalledWith("reconcile.unanswered", { peer: "book/AAPL", error: "Error: away" });
  });

  test("nothing when the object is about to restart: it logs that and arms the next round", async () => {
    const { reconciler, effects, facts } = setUp();
    facts.needed = true;
    effects.checks = () => {
      throw new Error("the object is restarting");
    };
    await expect(reconciler.onAlarm()).resolves.toBeUndefined();
    expect(effects.log).toHaveBeenCalledWith("reconcile.failed", { error: "Error: the object is restarting" });
  });
});
