import { expect, test } from "vitest";
import type { Action } from "./actions.ts";
import { answer, asking, perform } from "./perform.ts";

/** Closes the position of the symbol that is shown. */
function closing(shown: () => string, closed: string[]): Action {
  const ask = (): ReturnType<NonNullable<Action["ask"]>> => {
    const symbol = shown();
    return { text: `Close ${symbol}?`, run: () => void closed.push(symbol) };
  };
  return { id: "close", title: "Close", group: "Trading", ask, run: () => ask()?.run() };
}

test("UI-167: a yes does what was asked about, also when another symbol is shown by then", () => {
  const closed: string[] = [];
  let shown = "AAPL";
  perform(closing(() => shown, closed));
  shown = "TSLA";
  expect(asking()?.text).toBe("Close AAPL?");
  expect(closed).toEqual([]);
  answer(true);
  expect(closed).toEqual(["AAPL"]);
  answer(true);
  expect(closed).toEqual(["AAPL"]);
});

test("UI-167: a no does nothing, and what need not be asked is done at once", () => {
  const closed: string[] = [];
  perform(closing(() => "AAPL", closed));
  answer(false);
  expect([asking(), closed]).toEqual([null, []]);
  perform({ id: "now", title: "Now", group: "Trading", ask: () => null, run: () => void closed.push("now") });
  expect(closed).toEqual(["now"]);
});
