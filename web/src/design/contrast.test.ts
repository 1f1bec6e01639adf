import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contrast, PAIRS } from "./contrast.ts";
import { PALETTES } from "./look.ts";

const CSS = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

/** The colours of the rules with one of these selectors, later ones over earlier ones. */
function colours(...selectors: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, selector = "", body = ""] of CSS.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const names = selector.replace(/\/\*.*?\*\//gs, "").split(",");
    if (!names.some((name) => selectors.includes(name.trim()))) continue;
    for (const [, name = "", hex = ""] of body.matchAll(/--([\w-]+):\s*(#[\da-f]{6});/g)) found.set(name, hex);
  }
  return found;
}

describe("colours", () => {
  it("contrast is what WCAG says it is", () => {
    expect(contrast("#ffffff", "#000000")).toBeCloseTo(21);
    expect(contrast("#fff", "#000000")).toBeCloseTo(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(contrast("#123456", "#123456")).toBe(1);
  });

  for (const theme of ["dark", "light", "contrast"]) {
    for (const palette of PALETTES) {
      it(`UI-119: every colour of the ${theme} theme with the ${palette} palette is read on what it stands on`, () => {
        const both = `[data-palette="${palette}"][data-theme="${theme}"]`;
        const all = colours(":root", `[data-theme="${theme}"]`, `[data-palette="${palette}"]`, both);
        const weak = Object.entries(PAIRS).flatMap(([name, { on, least }]) =>
          on.flatMap((ground) => {
            const ratio = contrast(all.get(name) ?? "", all.get(ground) ?? "");
            return ratio >= least ? [] : [`${name} on ${ground}: ${ratio.toFixed(2)}`];
          }),
        );
        expect(weak).toEqual([]);
      });
    }
  }
});
