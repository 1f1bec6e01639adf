import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AuthenticationTimeouts } from "./authenticationTimeouts.ts";
import { AUTHENTICATION_TIMEOUT_MS } from "./limits.ts";

describe("the doorstep", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function rig(): { doorstep: AuthenticationTimeouts<object>; late: object[]; arrive: (connection: object) => object } {
    const late: object[] = [];
    const doorstep = new AuthenticationTimeouts<object>({
      now: Date.now,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      timedOut: (connection) => late.push(connection),
    });
    const arrive = (connection: object): object => {
      doorstep.start(connection, Date.now());
      return connection;
    };
    return { doorstep, late, arrive };
  }

  it("WS-5: who does not authenticate in time is late, each in its own time", () => {
    const { late, arrive } = rig();
    const first = arrive({});
    vi.advanceTimersByTime(4_000);
    const second = arrive({});
    vi.advanceTimersByTime(AUTHENTICATION_TIMEOUT_MS - 4_001);
    expect(late).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(late).toEqual([first]);
    vi.advanceTimersByTime(4_000);
    expect(late).toEqual([first, second]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("WS-5: no timer runs once everybody has come in, so that the relay can hibernate", () => {
    const { doorstep, late, arrive } = rig();
    const visitors = [arrive({}), arrive({})];
    expect(vi.getTimerCount()).toBe(1);
    for (const connection of visitors) doorstep.cancel(connection);
    expect(vi.getTimerCount()).toBe(0);
    const last = arrive({});
    vi.advanceTimersByTime(AUTHENTICATION_TIMEOUT_MS + 1_000);
    expect(late).toEqual([last]);
  });
});
