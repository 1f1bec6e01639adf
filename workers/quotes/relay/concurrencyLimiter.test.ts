import { expect, test } from "vitest";
import { ConcurrencyLimiter } from "./concurrencyLimiter.ts";

/** Tasks that end when the test says so. */
function tasks(gate: ConcurrencyLimiter) {
  const started: string[] = [];
  const ends: ((fails?: boolean) => void)[] = [];
  const run = (name: string, what: string) =>
    gate.run(name, () => {
      started.push(what);
      return new Promise<string>((done, fail) => {
        ends.push((fails = false) => (fails ? fail(new Error(what)) : done(what)));
      });
    });
  return { started, ends, run };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("RL-8: at most so many tasks of one name run at a time; the others follow in order, also after failures", async () => {
  const { started, ends, run } = tasks(new ConcurrencyLimiter(2));
  const all = ["a", "b", "c", "d"].map((what) => run("x", what));
  const other = run("y", "other");
  await turn();
  expect(started).toEqual(["a", "b", "other"]);
  ends[1]?.(true);
  await expect(all[1]).rejects.toThrow("b");
  await turn();
  expect(started).toEqual(["a", "b", "other", "c"]);
  ends[0]?.();
  expect(await all[0]).toBe("a");
  await turn();
  for (const end of ends.slice(2)) end();
  expect(await Promise.all([all[2], all[3], other])).toEqual(["c", "d", "other"]);
  const again = run("x", "again");
  await turn();
  expect(started.at(-1)).toBe("again");
  ends.at(-1)?.();
  await again;
});
