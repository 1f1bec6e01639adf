import { expect, test } from "vitest";
import { bullet, COLUMNS_MAX, paragraph, table } from "./markdown.ts";

test("text is wrapped between words, and code is not broken", () => {
  const text = `${"word ".repeat(30)}\`one two three\`. end`;
  const lines = bullet(text).split("\n");
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.every((line) => line.length <= COLUMNS_MAX)).toBe(true);
  expect(lines[0]).toMatch(/^- word/);
  expect(lines[1]).toMatch(/^ {2}\S/);
  expect(bullet(text)).toContain("`one two three`. end");
  expect(paragraph("x".repeat(200))).toBe("x".repeat(200));
  expect(paragraph("")).toBe("");
  expect(table(["a", ""], [["1", "2"]])).toBe("| a |  |\n| --- | --- |\n| 1 | 2 |");
});
