import { describe, expect, test } from "vitest";
import { AlarmClock } from "./alarmClock.ts";

function setUp() {
  const set: number[] = [];
  const clock = new AlarmClock({
    setAlarm: (at) => {
      set.push(at);
      return Promise.resolve();
    },
  });
  return { clock, set };
}

describe("AK-3: the alarm of an object with several reasons to wake", () => {
  test("is set for the earliest time, and written only when that changes", () => {
    const { clock, set } = setUp();
    for (const at of [50, 60, 50, 40, 45, 39]) clock.armBy(at);
    expect(set).toEqual([50, 40, 39]);
  });

  test("is set again after it fired, also for a later time", () => {
    const { clock, set } = setUp();
    clock.armBy(50);
    clock.fired();
    clock.armBy(70);
    clock.armBy(80);
    expect(set).toEqual([50, 70]);
  });
});
