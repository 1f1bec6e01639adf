import fc from "fast-check";
import { expect, test } from "vitest";
import { returnPath } from "./returnTo.ts";

const HERE = "https://exchange.example";

test("OA-4: paths of this host are accepted unchanged", () => {
  for (const path of [
    "/",
    "/v2/account",
    "/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
    "/a#b",
  ]) {
    expect(returnPath(path)).toBe(path);
  }
});

test("OA-4: a text that a browser resolves to another host is refused", () => {
  for (const path of [
    undefined,
    "",
    "v2/account",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "https://evil.example",
    "https:evil.example",
    "@evil.example",
    "javascript:alert(1)",
    "/a\r\nSet-Cookie: x=y",
    "/ä",
    `/${"a".repeat(5000)}`,
  ]) {
    expect(returnPath(path), path).toBeNull();
  }
});

test("OA-4: an accepted path stays on this host, also when the path of this response is the base", () => {
  const piece = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "%2f",
    "%5c",
    "@",
    ":",
    "?",
    "#",
    "evil.example",
    "a",
    "\t",
    "%2e",
    "https:",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const path = returnPath(pieces.join(""));
      if (path === null) return;
      const resolved = new URL(path, HERE);
      expect(resolved.origin).toBe(HERE);
      expect(new URL(resolved.pathname, HERE).origin).toBe(HERE);
    }),
    { numRuns: 5_000 },
  );
});
