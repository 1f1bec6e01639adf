import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AuthenticationTimeouts } from "./authenticationTimeouts.ts";
import { AUTHENTICATION_TIMEOUT_MS } from "./limits.ts";

describe("authentication timeouts", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function rig(): { timeouts: AuthenticationTimeouts<object>; late: object[]; start: (connection: object) => object } {
    const late: object[] = [];
    const timeouts = new AuthenticationTimeouts<object>({
      now: Date.now,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      timedOut: (connection) => late.push(connection),
    });
    const start = (connection: object): object => {
      timeouts.start(connection, Date.now());
      return connection;
    };
    return { timeouts, late, start };
  }

  it("WS-5: each connection that does not authenticate in time is reported at its own time", () => {
    const { late, start } = rig();
    const first = start({});
    vi.advanceTimersByTime(4_000);
    const second = start({});
    vi.advanceTimersByTime(AUTHENTICATION_TIMEOUT_MS - 4_001);
    expect(late).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(late).toEqual([first]);
    vi.advanceTimersByTime(4_000);
    expect(late).toEqual([first, second]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("WS-5: no timer runs when every connection has authenticated, so that the relay can hibernate", () => {
    const { timeouts, late, start } = rig();
    const connections = [start({}), start({})];
    expect(vi.getTimerCount()).toBe(1);
    for (const connection of connections) timeouts.cancel(connection);
    expect(vi.getTimerCount()).toBe(0);
    const last = start({});
    vi.advanceTimersByTime(AUTHENTICATION_TIMEOUT_MS + 1_000);
    expect(late).toEqual([last]);
  });
});
