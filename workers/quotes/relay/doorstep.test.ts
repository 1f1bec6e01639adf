import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Doorstep } from "./doorstep.ts";
import { AUTH_WITHIN_MS } from "./limits.ts";

describe("the doorstep", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function rig(): { doorstep: Doorstep<object>; late: object[]; arrive: (visitor: object) => object } {
    const late: object[] = [];
    const doorstep = new Doorstep<object>({
      now: Date.now,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      late: (visitor) => late.push(visitor),
    });
    const arrive = (visitor: object): object => {
      doorstep.arrived(visitor, Date.now());
      return visitor;
    };
    return { doorstep, late, arrive };
  }

  it("WS-5: who does not authenticate in time is late, each in its own time", () => {
    const { late, arrive } = rig();
    const first = arrive({});
    vi.advanceTimersByTime(4_000);
    const second = arrive({});
    vi.advanceTimersByTime(AUTH_WITHIN_MS - 4_001);
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
    for (const visitor of visitors) doorstep.gone(visitor);
    expect(vi.getTimerCount()).toBe(0);
    const last = arrive({});
    vi.advanceTimersByTime(AUTH_WITHIN_MS + 1_000);
    expect(late).toEqual([last]);
  });
});
