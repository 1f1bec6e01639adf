/**
 * The alerts of the user who is signed in. They are kept in the browser under the user's id, and all tabs have the same
 * ones: a tab that changes them writes them, and the others read them again.
 */
import { createEffect, createSignal, on, onCleanup } from "solid-js";
import { me } from "../api/session.ts";
import { ALERTS } from "../text/en/alerts.ts";
import {
  type Alert,
  type AlertInput,
  alertOf,
  type AlertProblem,
  type Firing,
  problemOf,
  readAlerts,
  readFirings,
} from "./alert.ts";

/** Where they are in the browser's storage, before the user's id. */
const ALERTS_KEY = "alerts";
const FIRINGS_KEY = "alerts-fired";
const FIRINGS_KEPT = 200;

const [alerts, setAlerts] = createSignal<readonly Alert[]>([]);
const [firings, setFirings] = createSignal<readonly Firing[]>([]);
/** All alerts, newest first, and what has fired, newest first. */
export { alerts, firings };

const userId = (): string | null => me()?.user.id ?? null;
const keyOf = (name: string, user: string): string => `${name}:${user}`;

function keep(next: readonly Alert[]): void {
  setAlerts(next);
  const user = userId();
  if (user !== null) localStorage.setItem(keyOf(ALERTS_KEY, user), JSON.stringify(next));
}

/** An input that makes no alert, and why. */
export class AlertFault extends Error {
  override readonly name = "AlertFault";
  readonly field: AlertProblem;
  constructor(field: AlertProblem) {
    super(ALERTS.problems[field]);
    this.field = field;
  }
}

/**
 * Makes an alert, as `addAlert({ symbol: "AAPL", condition: "above", price: "200" })`. Throws AlertFault when it cannot
 * be.
 */
export function addAlert(input: AlertInput): Alert {
  const alert = made(input, crypto.randomUUID());
  keep([alert, ...alerts()]);
  return alert;
}

/** Gives an alert other terms. It is armed anew. Throws AlertFault when they cannot be. */
export function editAlert(id: string, input: AlertInput): void {
  const alert = made(input, id);
  keep(alerts().map((one) => (one.id === id ? { ...alert, createdAt: one.createdAt } : one)));
}

function made(input: AlertInput, id: string): Alert {
  const problem = problemOf(input, Date.now());
  if (problem !== null) throw new AlertFault(problem);
  return alertOf(input, id, Date.now());
}

export function removeAlert(id: string): void {
  keep(alerts().filter((alert) => alert.id !== id));
}

/** Puts a removed alert back. */
export function restoreAlert(alert: Alert): void {
  if (!alerts().some(({ id }) => id === alert.id)) keep([alert, ...alerts()]);
}

/** Switches an alert on, armed anew, or off. */
export function switchAlert(id: string, on: boolean): void {
  changeAlert(id, (alert) => ({ ...alert, on, arm: "new", firedAt: on ? null : alert.firedAt }));
}

/** Changes one alert as the engine and the chart do. */
export function changeAlert(id: string, change: (alert: Alert) => Alert): void {
  keep(alerts().map((alert) => (alert.id === id ? change(alert) : alert)));
}

/** Adds to the history. */
export function keepFiring(firing: Firing): void {
  storeFirings([firing, ...firings()].slice(0, FIRINGS_KEPT));
}

export function clearFirings(): void {
  storeFirings([]);
}

function storeFirings(next: readonly Firing[]): void {
  setFirings(next);
  const user = userId();
  if (user !== null) localStorage.setItem(keyOf(FIRINGS_KEY, user), JSON.stringify(next));
}

/** Reads the alerts of whoever is signed in, and again when another tab changes them. Called once, by the engine. */
export function keepAlerts(): void {
  const read = (): void => {
    const user = userId();
    setAlerts(user === null ? [] : readAlerts(localStorage.getItem(keyOf(ALERTS_KEY, user))));
    setFirings(user === null ? [] : readFirings(localStorage.getItem(keyOf(FIRINGS_KEY, user))));
  };
  createEffect(on(userId, read));
  const changed = ({ key }: StorageEvent): void => {
    if (key === null || key.startsWith(`${ALERTS_KEY}:`) || key.startsWith(`${FIRINGS_KEY}:`)) read();
  };
  addEventListener("storage", changed);
  onCleanup(() => removeEventListener("storage", changed));
}
