import type { JSX } from "solid-js";
import type { Rect } from "./geometry.ts";

/** Half of the space between two groups. */
const GAP_PIXELS = 2;

export const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };

/** The style of something that takes a part of the workspace. */
export function placed(rect: Rect, gap = GAP_PIXELS): JSX.CSSProperties {
  return {
    left: `calc(${rect.x * 100}% + ${gap}px)`,
    top: `calc(${rect.y * 100}% + ${gap}px)`,
    width: `calc(${rect.width * 100}% - ${2 * gap}px)`,
    height: `calc(${rect.height * 100}% - ${2 * gap}px)`,
  };
}
