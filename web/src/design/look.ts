/** The look of the terminal: theme, density, colours of up and down. It is kept in the browser. */

export const LOOK_KEY = "look";

export const THEMES = ["system", "dark", "light", "contrast"] as const;
export const DENSITIES = ["compact", "comfortable"] as const;
/** `safe`: blue and orange, which people with any common colour blindness tell apart. `asia`: red is up. */
export const PALETTES = ["classic", "safe", "asia"] as const;

export interface Look {
  readonly theme: (typeof THEMES)[number];
  readonly density: (typeof DENSITIES)[number];
  readonly palette: (typeof PALETTES)[number];
  /** No flashes and no transitions, also where the system does not ask for it. */
  readonly still: boolean;
}

const DEFAULT_LOOK: Look = { theme: "dark", density: "compact", palette: "classic", still: false };

/** The stored look; what is not understood is as by default. */
export function readLook(stored: string | null): Look {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(stored ?? "null");
  } catch {
    // Written by something else.
  }
  const given = (typeof parsed === "object" && parsed !== null ? parsed : {}) as Partial<Record<keyof Look, unknown>>;
  const one = <T extends string>(all: readonly T[], value: unknown, otherwise: T): T =>
    all.find((each) => each === value) ?? otherwise;
  return {
    theme: one(THEMES, given.theme, DEFAULT_LOOK.theme),
    density: one(DENSITIES, given.density, DEFAULT_LOOK.density),
    palette: one(PALETTES, given.palette, DEFAULT_LOOK.palette),
    still: given.still === true,
  };
}

/** Sets the attributes of the document from which the style sheets take their tokens. */
export function applyLook({ theme, density, palette, still }: Look): void {
  const root = document.documentElement;
  const isLight = theme === "light" || (theme === "system" && matchMedia("(prefers-color-scheme: light)").matches);
  root.dataset["theme"] = theme === "contrast" ? "contrast" : isLight ? "light" : "dark";
  root.dataset["density"] = density;
  root.dataset["palette"] = palette;
  root.dataset["still"] = String(still);
  // The bar of the browser, or of the installed terminal, has the colour of the header.
  const surface = getComputedStyle(root).getPropertyValue("--surface").trim();
  if (surface !== "") document.querySelector('meta[name="theme-color"]')?.setAttribute("content", surface);
}
