/** The themes and sizes in which pages are looked at: one look a page by turns, with TERMINAL_ALL=1 every one. */

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
const DESK = { viewport: { width: 1440, height: 900 } };

const THEMES = ["dark", "light", "contrast"] as const;
const SEES_ALL = process.env["TERMINAL_ALL"] === "1";

/** Vitest's options of a test that looks at many pages. */
export const SWEEP = { timeout: SEES_ALL ? 900_000 : 120_000 };

/** A size, with the context options of it and the themes in which the nth page is looked at. */
export const SIZES = [
  { name: "desk", options: DESK, themesOf: (nth: number) => themesOf(nth, 0) },
  { name: "phone", options: PHONE, themesOf: (nth: number) => themesOf(nth, 1) },
] as const;

/** No theme: the page has its turn at the other size. */
function themesOf(nth: number, size: number): readonly string[] {
  if (SEES_ALL) return THEMES;
  return nth % 2 === size ? THEMES.slice(nth % THEMES.length, (nth % THEMES.length) + 1) : [];
}
