import { expect, test } from "vitest";
import { hopsOf } from "./timing.ts";

test("UI-13: the time of an order is split into the way, the edge and the account", () => {
  expect(hopsOf(20, "edge;dur=12, account;dur=5")).toEqual({ network: 8, edge: 7, account: 5 });
  expect(hopsOf(10, 'edge;desc="gateway";dur=12.5,account;dur=0')).toEqual({ network: 0, edge: 12.5, account: 0 });
  expect(hopsOf(20, null)).toBeNull();
  expect(hopsOf(20, "edge;dur=12")).toBeNull();
});
