import fc from "fast-check";
import { expect, test } from "vitest";
import { csvCell, csvText, parseCsv } from "./csv.ts";

test("UI-92: a text that a spreadsheet would read as a formula is written as text", () => {
  for (const text of ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"]) {
    expect(csvCell(text).replace(/^"/, "")).toMatch(/^'/);
  }
});

test("UI-92: numbers are written as they are, also below zero", () => {
  for (const text of ["-4.5", "0", "123.0001"]) expect(csvCell(text)).toBe(text);
});

test("commas, quotes and line ends are quoted (RFC 4180)", () => {
  expect(
    csvText(
      ["a", "b"],
      [
        ['x"y', "1,2"],
        ["line\nend", ""],
      ],
    ),
  ).toBe('a,b\r\n"x""y","1,2"\r\n"line\nend",\r\n');
});

const text = fc.string().filter((value) => !value.includes("\r") && csvCell(value).replaceAll('"', "")[0] !== "'");

test("what is written is read again", () => {
  fc.assert(
    fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
      expect(parseCsv(csvText(["a", "b"], rows))).toEqual([["a", "b"], ...rows]);
    }),
  );
});
