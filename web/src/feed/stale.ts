/** Whether prices are old: said in words in the status bar, and shown wherever a price is. */
import { createEffect, createRoot, createSignal, onCleanup } from "solid-js";
import { session } from "../api/session.ts";
import { health, symbolState } from "./store.ts";

/** A connection that is back within this time was not missed by anybody. */
const LOST_AFTER_MS = 1_500;
/** The first connection of a page may take longer before it counts as none. */
const FIRST_LOST_AFTER_MS = 8_000;

/** True while the stream of market data is down: every price may be old. */
export const linkLost = createRoot(() => {
  const [lost, setLost] = createSignal(false);
  let wasLive = false;
  createEffect(() => {
    const link = health()?.market ?? "off";
    wasLive ||= link === "live";
    if (link === "live" || link === "off" || session().kind !== "signed in") return void setLost(false);
    const timer = setTimeout(() => setLost(true), wasLive ? LOST_AFTER_MS : FIRST_LOST_AFTER_MS);
    onCleanup(() => clearTimeout(timer));
  });
  createEffect(() => {
    document.documentElement.dataset["link"] = lost() ? "lost" : "live";
  });
  return lost;
});

/** True when the prices of a symbol may be old: the stream is down, or the market that they come from has not told any. */
export function isStale(symbol: string): boolean {
  const { quote, isFresh } = symbolState(symbol);
  return linkLost() || quote()?.stale === true || (health()?.market === "live" && quote() !== null && !isFresh());
}
