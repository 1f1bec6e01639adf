import fc from "fast-check";
import { expect, test } from "vitest";
import { FIRST_PAGE, targetOf } from "./target.ts";

test("UI-132: a sign-in leads back to a page of the terminal", () => {
  expect(targetOf("/settings/keys")).toBe("/settings/keys");
  expect(targetOf("/portfolio?range=1M")).toBe("/portfolio?range=1M");
});

test.each([
  undefined,
  "",
  "trade",
  "//evil.example",
  "/\\evil.example",
  "/.//evil.example",
  "/..//evil.example",
  "https://evil.example/",
  "javascript:alert(1)",
  "/\n/evil.example",
  "/sign-in",
  "/sign-in?to=/sign-in",
  `/${"a".repeat(600)}`,
])("UI-132: %j leads to the first page", (asked) => expect(targetOf(asked)).toBe(FIRST_PAGE));

test("UI-132: whatever is asked for, the target is on this host", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.string().map((text) => `/${text}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const url = new URL(targetOf(text), "https://exchange.test");
      expect(url.origin).toBe("https://exchange.test");
      expect(url.pathname.startsWith("//")).toBe(false);
    }),
  );
});
