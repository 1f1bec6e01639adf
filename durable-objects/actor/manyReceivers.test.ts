import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ENVELOPE_TIMEOUT_MS, ENVELOPES_IN_FLIGHT_MAX, RESEND_FIRST_MS } from "./limits.ts";
import { OutboxSender } from "./outboxSender.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("AK-9: of many receivers", () => {
  /** Outboxes of many receivers with `each` messages; a delivery takes one. */
  function manyReceivers(size: number, messages: number) {
    const pending = new Map(Array.from({ length: size }, (_, nth) => [`r${nth}`, messages]));
    const acknowledged = new Map<string, number>();
    const inFlight: { to: string; end: () => void; fail: () => void }[] = [];
    const served: string[] = [];
    const sender = new OutboxSender({
      hasPending: (to) => (pending.get(to) ?? 0) > 0,
      leaveNothingOut: () => false,
      sendEnvelope: (to) =>
        new Promise<void>((resolve, reject) => {
          served.push(to);
          const gone = () => inFlight.splice(inFlight.indexOf(flight), 1);
          const flight = {
            to,
            end: () => {
              gone();
              pending.set(to, (pending.get(to) ?? 0) - 1);
              acknowledged.set(to, (acknowledged.get(to) ?? 0) + 1);
              resolve();
            },
            fail: () => {
              gone();
              reject(new Error("away"));
            },
          };
          inFlight.push(flight);
        }),
      lastSent: (to) => (pending.get(to) ?? 0) + (acknowledged.get(to) ?? 0),
      lastAcknowledged: (to) => acknowledged.get(to) ?? 0,
      answeredThrough: (to) => acknowledged.get(to) ?? 0,
      unappliedThrough: () => 0,
      random: () => 0.5,
      log: () => undefined,
    });
    return { sender, pending, inFlight, served };
  }

  test("ENVELOPES_IN_FLIGHT_MAX are served at once and the others in turn; a failure frees its slot", async () => {
    const size = ENVELOPES_IN_FLIGHT_MAX + 10;
    const { sender, pending, inFlight, served } = manyReceivers(size, 2);
    for (const to of pending.keys()) sender.resume(to);
    for (const to of pending.keys()) sender.resume(to);
    expect(inFlight).toHaveLength(ENVELOPES_IN_FLIGHT_MAX);
    inFlight[0]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(inFlight).toHaveLength(ENVELOPES_IN_FLIGHT_MAX);
    // A served receiver goes to the end of the queue, so all are served once before any is served twice.
    while (served.length < size) {
      inFlight[0]?.end();
      await vi.advanceTimersByTimeAsync(0);
      expect(inFlight.length).toBeLessThanOrEqual(ENVELOPES_IN_FLIGHT_MAX);
    }
    expect(new Set(served).size).toBe(size);
    for (let turn = 0; turn < 3 * size; turn++) {
      inFlight[0]?.end();
      await vi.advanceTimersByTimeAsync(RESEND_FIRST_MS);
    }
    expect([...pending.values()].filter((count) => count > 0)).toEqual([]);
    expect([sender.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("a receiver that never replies keeps its slot no longer than ENVELOPE_TIMEOUT_MS", async () => {
    const { sender, pending, inFlight, served } = manyReceivers(ENVELOPES_IN_FLIGHT_MAX + 1, 1);
    for (const to of pending.keys()) sender.resume(to);
    await vi.advanceTimersByTimeAsync(ENVELOPE_TIMEOUT_MS - 1);
    expect(served).toHaveLength(ENVELOPES_IN_FLIGHT_MAX);
    await vi.advanceTimersByTimeAsync(1);
    expect(served.at(-1)).toBe(`r${ENVELOPES_IN_FLIGHT_MAX}`);
    // It is retried like after any other failure.
    inFlight.at(-1)?.end();
    await vi.advanceTimersByTimeAsync(2 * RESEND_FIRST_MS);
    expect(served.filter((to) => to === "r0")).toHaveLength(2);
  });

  test("one whose messages came while its envelope was in flight is served again in turn, also when others were piggybacked", async () => {
    const { sender, pending, inFlight, served } = manyReceivers(ENVELOPES_IN_FLIGHT_MAX + 1, 1);
    for (const to of pending.keys()) sender.resume(to);
    pending.set("r0", 2);
    sender.sendAfterPiggyback("r0");
    sender.send("r0");
    inFlight[0]?.end();
    await vi.advanceTimersByTimeAsync(0);
    inFlight[0]?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(served.at(-1)).toBe("r0");
  });

  test("any number may have nothing left to send when their turn comes", async () => {
    const { sender, pending, inFlight } = manyReceivers(ENVELOPES_IN_FLIGHT_MAX + 10_000, 1);
    for (const to of pending.keys()) sender.resume(to);
    const waiting = [...pending.keys()].slice(ENVELOPES_IN_FLIGHT_MAX);
    for (const to of waiting.slice(0, -1)) pending.set(to, 0);
    inFlight[0]?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(inFlight.at(-1)?.to).toBe(waiting.at(-1));
    expect(sender.size).toBe(ENVELOPES_IN_FLIGHT_MAX);
  });

  test("flush() ends the back-off of a reachable receiver", async () => {
    const { sender, inFlight, served } = manyReceivers(1, 1);
    sender.send("r0");
    inFlight[0]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    sender.send("r0");
    expect(served).toHaveLength(1);
    sender.flush("r0");
    sender.flush("r0");
    expect(served).toHaveLength(2);
    inFlight[0]?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect([sender.size, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
