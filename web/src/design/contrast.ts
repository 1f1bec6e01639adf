/** Contrast of colours, as WCAG 2.2 computes it. */

/** The relative luminance of a colour such as #1b5fd0, or #fff. */
function luminance(colour: string): number {
  const hex = colour.length === 4 ? colour.replaceAll(/[^#]/g, "$&$&") : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 (the same) to 21 (black on white). */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Text needs this much; what is not text, such as the line of a field, needs `SHAPE_MIN`. */
const TEXT_MIN = 4.5;
const SHAPE_MIN = 3;

/** A colour of text or of a shape, and what it stands on. */
export interface Pair {
  readonly on: readonly string[];
  readonly least: number;
}

const GROUNDS = ["ground", "surface", "raised", "overlay", "sunken"] as const;
const text = (...on: readonly string[]): Pair => ({ on, least: TEXT_MIN });

/** Which colours stand on which: a test holds every theme and palette to it, and /design shows the ratios. */
export const PAIRS: Readonly<Record<string, Pair>> = {
  ink: text(...GROUNDS, "accent-wash", "good-wash", "warn-wash", "danger-wash", "up-wash", "down-wash", "paper-wash"),
  "ink-2": text(...GROUNDS),
  "ink-3": text(...GROUNDS),
  accent: text(...GROUNDS, "accent-wash"),
  up: text("surface", "raised", "overlay", "up-wash"),
  down: text("surface", "raised", "overlay", "down-wash"),
  good: text("surface", "raised", "overlay", "good-wash"),
  warn: text("surface", "raised", "overlay", "warn-wash"),
  danger: text("surface", "raised", "overlay", "danger-wash"),
  paper: text("surface", "raised", "overlay", "paper-wash"),
  "on-accent": text("accent-strong"),
  "on-side": text("up-strong", "down-strong"),
  "on-link": text("link-blue", "link-green", "link-orange", "link-violet", "link-none"),
  "control-line": { on: ["surface", "sunken"], least: SHAPE_MIN },
  focus: { on: GROUNDS, least: SHAPE_MIN },
};
