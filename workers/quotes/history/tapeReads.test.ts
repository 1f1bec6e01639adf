import { expect, test } from "vitest";
import { barsFrom } from "./tapeReads.ts";

test("MD-61: a token that is not of this query gives no bars outside of its range", () => {
  const range = { from: 1_000, to: 9_000 };
  const either = [false, true].map((descending) => ({ ...range, descending }));
  const [oldest, newest] = either.map((each) => [null, 0, 5_000, 20_000].map((next) => barsFrom(each, next)));
  expect(oldest).toEqual([range, range, { from: 5_000, to: 9_000 }, { from: 20_000, to: 9_000 }]);
  expect(newest).toEqual([range, { from: 1_000, to: 0 }, { from: 1_000, to: 5_000 }, range]);
});
