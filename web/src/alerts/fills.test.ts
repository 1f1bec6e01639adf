import { expect, test } from "vitest";
import { readExecutions, withExecution } from "./fills.ts";

test("UI-184: an execution that several tabs have counts once", () => {
  const once = withExecution([], "a");
  expect(once).toEqual(["a"]);
  expect(withExecution(once ?? [], "a")).toBeNull();
  expect(withExecution(once ?? [], "b")).toEqual(["a", "b"]);
});

test("UI-184: stored text that is something else has no executions", () => {
  for (const text of [null, "", "{", "7"]) expect(readExecutions(text)).toEqual([]);
  expect(readExecutions('["a", 7]')).toEqual(["a"]);
});
