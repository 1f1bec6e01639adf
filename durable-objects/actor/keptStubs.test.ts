import { describe, expect, it } from "vitest";
import { KeptStubs } from "./keptStubs.ts";

describe("stubs that an object keeps", () => {
  it("are made once for a name, and again after a call that failed", async () => {
    const made: string[] = [];
    const stubs = new KeptStubs((name) => ({ number: made.push(name) }), 8);
    const call = (name: string) => stubs.call(name, ({ number }) => Promise.resolve(number));
    expect([await call("relay-1"), await call("relay-1"), await call("relay-2")]).toEqual([1, 1, 2]);
    await expect(stubs.call("relay-1", () => Promise.reject(new Error("restarted")))).rejects.toThrow("restarted");
    expect([await call("relay-1"), await call("relay-2")]).toEqual([3, 2]);
  });

  it("are as many as are used: the oldest is made again", async () => {
    const made: string[] = [];
    const stubs = new KeptStubs((name) => made.push(name), 2);
    for (const name of ["a", "b", "c", "b", "a"]) await stubs.call(name, () => Promise.resolve());
    expect(made).toEqual(["a", "b", "c", "a"]);
  });
});
