/** What an alert says of itself. */
import { price } from "../format/numbers.ts";
import { ALERTS } from "../text/en/alerts.ts";
import { type Alert, CHANGE_CONDITIONS, isExpired } from "./alert.ts";

/** What it waits for: "AAPL rises to 200.00". */
export function alertText({ symbol, condition, level }: Alert): string {
  if (condition === "halted" || condition === "resumed" || condition === "filled")
    return ALERTS.says[condition](symbol);
  const shown = CHANGE_CONDITIONS.includes(condition) ? level : price(Number(level));
  return ALERTS.says[condition](symbol, shown);
}

export type AlertState = keyof typeof ALERTS.states;

export function alertState(alert: Alert, now: number): AlertState {
  if (isExpired(alert, now)) return "expired";
  if (!alert.on) return alert.firedAt === null ? "off" : "fired";
  if (alert.condition === "filled" || alert.arm === "below" || alert.arm === "above") return "armed";
  return alert.arm === "new" ? "starting" : "waiting";
}
