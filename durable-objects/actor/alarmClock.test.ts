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

describe("AK-3: of many reasons to wake, the alarm", () => {
  test("is set for the earliest, and written only when that changes", () => {
    const { clock, set } = setUp();
    for (const at of [50, 60, 50, 40, 45, 39]) clock.armBy(at);
    expect(set).toEqual([50, 40, 39]);
  });

  test("is set anew after it rang, also for a later time", () => {
    const { clock, set } = setUp();
    clock.armBy(50);
    clock.fired();
    clock.armBy(70);
    clock.armBy(80);
    expect(set).toEqual([50, 70]);
  });
});
