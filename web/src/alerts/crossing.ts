/**
 * When an alert fires: once for each crossing of its level. It is armed on one side of the level, fires when the value
 * reaches the level, and is armed again only when the value is a distance away: a price that trembles around the level
 * makes one alert and not twenty.
 */

/** The directions in which a crossing counts. */
export type Crossing = "up" | "down" | "either";

/** `new`: no value was seen yet; `below`, `above`: armed on that side; `spent`: waits until the value is away again. */
export const ARMS = ["new", "below", "above", "spent"] as const;
export type Arm = (typeof ARMS)[number];

export interface Level {
  readonly crossing: Crossing;
  readonly level: number;
  /** How far away the value must be before the alert is armed again; more than 0. */
  readonly distance: number;
}

export interface Step {
  readonly arm: Arm;
  readonly fires: boolean;
}

/** What a new value does to an alert. */
export function step(at: Level, arm: Arm, value: number): Step {
  if (!Number.isFinite(value)) return { arm, fires: false };
  if (arm === "below" && value >= at.level) return { arm: "spent", fires: true };
  if (arm === "above" && value <= at.level) return { arm: "spent", fires: true };
  if (arm === "below" || arm === "above") return { arm, fires: false };
  // The first value arms without a distance: nothing has fired that could fire again.
  return { arm: armed(at, value, arm === "new" ? 0 : at.distance), fires: false };
}

function armed({ crossing, level }: Level, value: number, distance: number): Arm {
  const isBelow = distance === 0 ? value < level : value <= level - distance;
  const isAbove = distance === 0 ? value > level : value >= level + distance;
  if (isBelow && crossing !== "down") return "below";
  if (isAbove && crossing !== "up") return "above";
  return "spent";
}

const CENT = 0.01;

/** The distance of a price, in percent of it and at least a cent. */
export function priceDistance(level: number, percent: number): number {
  return Math.max(CENT, (level * percent) / 100);
}
