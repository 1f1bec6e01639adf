import { expect, test } from "vitest";
import { afterFailure, afterSuccess, breakerAt, breakerWait, CLOSED, type FeedBreaker } from "./breaker.ts";

/**
 * What happens (`f` a failure, `s` a success, `+` 30 seconds pass), and the breaker after each: `c` closed with its
 * failures, `o` open, `h` half-open with its successes.
 */
const TABLE = `
  events            | breaker
  ffff              | c1 c2 c3 c4
  fffff             | c1 c2 c3 c4 o
  ffffsf            | c1 c2 c3 c4 c0 c1
  fffff+            | c1 c2 c3 c4 o o
  fffff++           | c1 c2 c3 c4 o o h0
  fffff++ss         | c1 c2 c3 c4 o o h0 h1 c0
  fffff++sf         | c1 c2 c3 c4 o o h0 h1 o
  fffff++f          | c1 c2 c3 c4 o o h0 o
  fffff++f+         | c1 c2 c3 c4 o o h0 o o
  fffff++f++ssf     | c1 c2 c3 c4 o o h0 o o h0 h1 c0 c1
  fffff+f           | c1 c2 c3 c4 o o o
  fffff+f+          | c1 c2 c3 c4 o o o h0
  fffffs            | c1 c2 c3 c4 o o
  fffff++s+s        | c1 c2 c3 c4 o o h0 h1 h1 c0
`;

const rows = TABLE.trim()
  .split("\n")
  .slice(1)
  .map((row) => row.split("|").map((cell) => cell.trim()) as [string, string]);

function shown(breaker: FeedBreaker): string {
  switch (breaker.phase) {
    case "closed":
      return `c${breaker.failures}`;
    case "open":
      return "o";
    case "half_open":
      return `h${breaker.successes}`;
  }
}

test.each(rows)("MD-111: five failures open, a minute later two successes close: %s", (events, expected) => {
  let [breaker, now] = [CLOSED, 0];
  const seen = events.split("").map((event) => {
    if (event === "+") now += 30_000;
    else breaker = event === "f" ? afterFailure(breaker, now) : afterSuccess(breaker, now);
    return shown(breakerAt(breaker, now));
  });
  expect(seen.join(" ")).toBe(expected);
});

test("MD-111: an open breaker says how long to wait", () => {
  let breaker = CLOSED;
  for (let nth = 0; nth < 5; nth++) breaker = afterFailure(breaker, 1_000);
  expect([1_000, 31_000, 61_000, 99_000].map((now) => breakerWait(breaker, now))).toEqual([60_000, 30_000, 0, 0]);
  expect(breakerWait(CLOSED, 0)).toBe(0);
});
