import { expect, test } from "vitest";
import { type PendingRequest, requestsOf } from "./pending.ts";

test("UI-188: a request of unknown outcome is shown to the user who sent it, and to nobody else", () => {
  const sent = [{ id: "a", user: "one" }, { id: "b", user: "two" }, { id: "c" }] as PendingRequest[];
  expect(requestsOf(sent, "one").map(({ id }) => id)).toEqual(["a"]);
  expect(requestsOf(sent, null)).toEqual([]);
});
