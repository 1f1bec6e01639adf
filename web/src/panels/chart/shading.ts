/** Shades the hours outside of regular ones, where the market has any. */
import { createEffect, createSignal, untrack, type Accessor } from "solid-js";
import { ShadingLayer } from "./draw/shadingLayer.ts";
import type { ChartEngine } from "./engine/engine.ts";
import { hasHours } from "./model/marketHours.ts";
import { type Shade, shadesOf } from "./model/sessions.ts";

/** Gives what is to be called when bars have changed. */
export function createShading(engine: ChartEngine, isWanted: Accessor<boolean>): () => void {
  const [areThereHours, setAreThereHours] = createSignal(false);
  let shades: readonly Shade[] = [];
  let shaded = { count: -1, first: 0 };
  const shade = (): void =>
    untrack(() => {
      if (!areThereHours() || !isWanted()) {
        shades = [];
        shaded = { count: -1, first: 0 };
        return;
      }
      const { bars } = engine;
      const now = { count: bars.length, first: bars[0]?.at ?? 0 };
      // A bar that changes has the hours that it had.
      if (now.count === shaded.count && now.first === shaded.first) return;
      shaded = now;
      shades = shadesOf(bars);
    });
  void hasHours().then(setAreThereHours);
  createEffect(() => {
    areThereHours();
    isWanted();
    shade();
  });
  engine.addPrimitive(
    new ShadingLayer({
      shades: () => shades,
      xOf: engine.xOf,
      barWidth: engine.barWidth,
      colourOf: (hours) => engine.theme.faded(hours === "overnight" ? "--paper" : "--accent", 0.07),
    }),
  );
  return shade;
}
