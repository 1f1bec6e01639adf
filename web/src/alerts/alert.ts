/** What an alert is, what its user may write into one, and how it is read from the browser's storage. */
import { type Arm, ARMS, type Level, priceDistance } from "./crossing.ts";

export const CONDITIONS = ["above", "below", "crosses", "rises", "falls", "halted", "resumed", "filled"] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Of prices, of the change of the day in percent, of the phase of a market, and of orders. */
export const PRICE_CONDITIONS: readonly Condition[] = ["above", "below", "crosses"];
export const CHANGE_CONDITIONS: readonly Condition[] = ["rises", "falls"];
export const PHASE_CONDITIONS: readonly Condition[] = ["halted", "resumed"];

/** Distances that a user may choose, in percent of the price. */
export const DISTANCES = ["0.05", "0.1", "0.25", "0.5", "1"] as const;
const DISTANCE_DEFAULT = "0.1";
/** The distance of changes of the day, in points of percent. */
const CHANGE_DISTANCE = 0.1;
const NOTE_MAX = 200;

export interface Alert {
  readonly id: string;
  /** Empty for an order of any symbol. */
  readonly symbol: string;
  readonly condition: Condition;
  /** The price, or the percent of the day's change, as it was typed; empty for other conditions. */
  readonly level: string;
  /** Percent of the price that it must be away before the alert is armed again. */
  readonly distance: string;
  /** Fires once and is switched off then; otherwise at each crossing. */
  readonly once: boolean;
  /** Epoch milliseconds; null: never. */
  readonly expiresAt: number | null;
  readonly note: string;
  /** Screen readers say it when it fires. */
  readonly spoken: boolean;
  readonly sound: boolean;
  readonly on: boolean;
  readonly arm: Arm;
  readonly createdAt: number;
  readonly firedAt: number | null;
}

/** An alert that has fired. */
export interface Firing {
  readonly id: string;
  readonly alertId: string;
  readonly at: number;
  readonly symbol: string;
  readonly text: string;
  readonly note: string;
}

/** What makes an alert; what is left out is as by default. */
export interface AlertInput {
  readonly symbol: string;
  readonly condition: Condition;
  /** In dollars: above, below, crosses. */
  readonly price?: string | undefined;
  /** Percent since the previous close, without a sign: rises, falls. */
  readonly percent?: string | undefined;
  readonly distance?: string | undefined;
  readonly once?: boolean | undefined;
  readonly expiresAt?: number | null | undefined;
  readonly note?: string | undefined;
  readonly spoken?: boolean | undefined;
  readonly sound?: boolean | undefined;
}

/** The field of an input that cannot be. */
export type AlertProblem = "symbol" | "price" | "percent" | "expiry";

const DECIMAL = /^\d{1,9}(?:\.\d{1,9})?$/;
const isPositive = (text: string): boolean => DECIMAL.test(text) && Number(text) > 0;

/** What is wrong with an input; null when nothing is. */
export function problemOf(input: AlertInput, now: number): AlertProblem | null {
  const { condition, symbol, expiresAt } = input;
  if (symbol.trim() === "" && condition !== "filled") return "symbol";
  if (PRICE_CONDITIONS.includes(condition) && !isPositive(input.price ?? "")) return "price";
  if (CHANGE_CONDITIONS.includes(condition) && !isPositive(input.percent ?? "")) return "percent";
  if (typeof expiresAt === "number" && !(expiresAt > now)) return "expiry";
  return null;
}

/** The alert that an input without a problem makes. */
export function alertOf(input: AlertInput, id: string, now: number): Alert {
  const { condition } = input;
  const level = PRICE_CONDITIONS.includes(condition) ? input.price : input.percent;
  return {
    id,
    symbol: input.symbol.trim().toUpperCase(),
    condition,
    level: PRICE_CONDITIONS.includes(condition) || CHANGE_CONDITIONS.includes(condition) ? (level ?? "") : "",
    distance: input.distance ?? DISTANCE_DEFAULT,
    once: input.once ?? true,
    expiresAt: input.expiresAt ?? null,
    note: (input.note ?? "").trim().slice(0, NOTE_MAX),
    spoken: input.spoken ?? false,
    sound: input.sound ?? false,
    on: true,
    arm: "new",
    createdAt: now,
    firedAt: null,
  };
}

/** The level of which an alert watches the crossing; null for orders. A halt is a crossing of 1 by 0 or 1. */
export function levelOf({ condition, level, distance }: Alert): Level | null {
  const value = Number(level);
  switch (condition) {
    case "above":
      return { crossing: "up", level: value, distance: priceDistance(value, Number(distance)) };
    case "below":
      return { crossing: "down", level: value, distance: priceDistance(value, Number(distance)) };
    case "crosses":
      return { crossing: "either", level: value, distance: priceDistance(value, Number(distance)) };
    case "rises":
      return { crossing: "up", level: value, distance: CHANGE_DISTANCE };
    case "falls":
      return { crossing: "down", level: -value, distance: CHANGE_DISTANCE };
    case "halted":
      return { crossing: "up", level: 1, distance: 1 };
    case "resumed":
      return { crossing: "down", level: 0, distance: 1 };
    case "filled":
      return null;
  }
}

/** 1 while a symbol is halted or paused, 0 while it trades; null in an auction or outside of trading. */
export function haltOf(statusCode: string): 0 | 1 | null {
  if (statusCode === "H" || statusCode === "P") return 1;
  return statusCode === "T" ? 0 : null;
}

export const isExpired = ({ expiresAt }: Alert, now: number): boolean => expiresAt !== null && expiresAt <= now;

/** Whether an alert is watched now. */
export const isWatched = (alert: Alert, now: number): boolean => alert.on && !isExpired(alert, now);

/** The alert after it has fired. */
export function afterFiring(alert: Alert, now: number): Alert {
  return { ...alert, arm: "spent", firedAt: now, on: alert.on && !alert.once };
}

/** The alerts of stored text; what is not understood is left out. */
export function readAlerts(stored: string | null): readonly Alert[] {
  return listOf(stored).filter(isAlert);
}

/** The firings of stored text. */
export function readFirings(stored: string | null): readonly Firing[] {
  const texts = ["id", "alertId", "symbol", "text", "note"];
  return listOf(stored).filter(
    (one): one is Firing & Record<string, unknown> =>
      texts.every((name) => typeof one[name] === "string") && typeof one["at"] === "number",
  );
}

function listOf(stored: string | null): readonly Record<string, unknown>[] {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(stored ?? "[]");
  } catch {
    // Written by something else.
  }
  const list: unknown[] = Array.isArray(parsed) ? parsed : [];
  return list.filter((one): one is Record<string, unknown> => typeof one === "object" && one !== null);
}

function isAlert(one: Record<string, unknown>): one is Alert & Record<string, unknown> {
  const hasTexts = ["id", "symbol", "level", "distance", "note"].every((name) => typeof one[name] === "string");
  const hasFlags = ["once", "spoken", "sound", "on"].every((name) => typeof one[name] === "boolean");
  const hasTimes =
    typeof one["createdAt"] === "number" &&
    ["expiresAt", "firedAt"].every((name) => one[name] === null || typeof one[name] === "number");
  const hasWords =
    CONDITIONS.some((condition) => condition === one["condition"]) && ARMS.some((arm) => arm === one["arm"]);
  return hasTexts && hasFlags && hasTimes && hasWords;
}
