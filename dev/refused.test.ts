import { describe, expect, test } from "vitest";
import { Refused, untilAvailable } from "./refused.ts";

describe("work at the start", () => {
  test("is repeated while it is answered 503", async () => {
    const answers = [503, 503, 200];
    const done = await untilAvailable(async () => {
      const status = answers.shift() ?? 0;
      if (status !== 200) throw new Refused(status, 0, "restarted");
      return status;
    }, 0);
    expect([done, answers]).toEqual([200, []]);
  });

  test("is not repeated for any other error, nor for ever", async () => {
    let calls = 0;
    const failing = (error: Error) => () => {
      calls++;
      return Promise.reject(error);
    };
    await expect(untilAvailable(failing(new Refused(409, 0, "taken")), 0)).rejects.toThrow("taken");
    await expect(untilAvailable(failing(new Error("broken")), 0)).rejects.toThrow("broken");
    expect(calls).toBe(2);
    await expect(untilAvailable(failing(new Refused(503, 0, "away")), 0)).rejects.toThrow("away");
    expect(calls).toBe(7);
  });
});
