import { expect, test } from "vitest";
import { functionTimes } from "./functionTimes.ts";
import type { CpuProfile } from "./inspector.ts";

const frame = (functionName: string, url = "index.js") => ({ functionName, url, lineNumber: 0, columnNumber: 0 });

test("a sample counts for its function, and once for each function above it", () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame("(root)", ""), children: [2, 5] },
      { id: 2, callFrame: frame("fetch"), children: [3] },
      { id: 3, callFrame: frame("read"), children: [4] },
      { id: 4, callFrame: frame("read") },
      { id: 5, callFrame: frame("(garbage collector)", "") },
    ],
    startTime: 0,
    endTime: 3_000,
    samples: [2, 3, 4, 4, 5],
    timeDeltas: [500, 500, 500, 500, 500],
  };
  const times = functionTimes(profile, ({ url }) => (url === "" ? "" : "source.ts"));
  expect(times[0]).toEqual({ name: "read source.ts", selfMs: 1.5, totalMs: 1.5 });
  expect(times).toContainEqual({ name: "fetch source.ts", selfMs: 0.5, totalMs: 2 });
  expect(times).toContainEqual({ name: "(garbage collector)", selfMs: 0.5, totalMs: 0.5 });
  expect(times).toContainEqual({ name: "(root)", selfMs: 0, totalMs: 2.5 });
});
