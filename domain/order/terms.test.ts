import { expect, test } from "vitest";
import { copyTerms, isSimple, sameTerms, type Terms } from "./terms.ts";

/** Two values of each term. */
const VALUES: { readonly [Name in keyof Required<Terms>]: readonly [Terms[Name], unknown] } = {
  trigger: [
    { kind: "stop", price: 1 },
    { kind: "stop", price: 2 },
  ],
  display: [0, 1],
  postOnly: [true, undefined],
  minQty: [5, 6],
  allOrNone: [true, undefined],
  peg: [
    { to: "mid", offset: 0 },
    { to: "mid", offset: 1 },
  ],
  selfTrade: ["cancel_newest", "decrement"],
  cash: [10_000, 10_001],
  within: [500, 501],
  extended: [true, undefined],
};

test.each(Object.entries(VALUES))("AC-12, OB-20: the list of terms has %s", (name, [value, other]) => {
  const terms = { [name]: value } as Terms;
  expect(copyTerms({ ...terms, kind: "new", qty: 1 } as Terms)).toEqual(terms);
  expect(sameTerms(terms, { ...terms })).toBe(true);
  expect(sameTerms(terms, {})).toBe(false);
  expect(sameTerms(terms, { [name]: other })).toBe(false);
});

test("OB-20: every term but the price limit makes an order complex", () => {
  const complex = Object.entries(VALUES).filter(([name, [value]]) => !isSimple({ [name]: value }));
  expect(complex.map(([name]) => name)).toEqual(Object.keys(VALUES).filter((name) => name !== "within"));
  expect(isSimple({})).toBe(true);
});

test("AC-12: the fields of a term may be written in any order", () => {
  expect(sameTerms({ peg: { to: "mid", offset: 1 } }, { peg: { offset: 1, to: "mid" } })).toBe(true);
});
