/** The crosshair that the charts of the page share: the time that the user points at in one of them. */
import { createEffect, createSignal, untrack, type Accessor } from "solid-js";
import type { ChartEngine } from "./engine/engine.ts";

interface Shared {
  /** The chart that the user points at. */
  readonly by: object;
  readonly at: number | null;
}

const [shared, setShared] = createSignal<Shared | null>(null);

/** Tells the other charts where the user points; null when they do no longer. */
export function shareCrosshair(by: object, at: number | null): void {
  const now = untrack(shared);
  // A chart that shows the crosshair of another one has none of its own to take away.
  if (at === null && now?.by !== by) return;
  if (now?.by !== by || now.at !== at) setShared({ by, at });
}

/** Shows in this chart where the user points in another one. */
export function followSharedCrosshair(own: object, engine: ChartEngine, isOn: Accessor<boolean>): void {
  createEffect(() => {
    const now = shared();
    if (!isOn() || now === null || now.by === own) return;
    const place = now.at === null ? -1 : engine.placeOf(now.at);
    const bar = engine.bars[place];
    if (bar === undefined) engine.hideCrosshair();
    else engine.showCrosshair(place, bar.close);
  });
}
