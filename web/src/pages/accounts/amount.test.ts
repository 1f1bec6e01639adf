import { expect, test } from "vitest";
import { AmountFault, amountOf, amountProblem } from "./amount.ts";

test("UI-183: an amount that is moved is sent as it was typed, and one with a comma is refused", () => {
  for (const typed of ["1000.50", "1.5", ".5", " 7 "]) expect(amountOf(typed)).toBe(typed.trim());
  for (const typed of ["1000,50", "1,5", "1,000", "1,000.50", "", "0", "-1", "1e3"]) {
    expect(amountProblem(typed)).not.toBeNull();
    expect(() => amountOf(typed)).toThrow(AmountFault);
  }
});
