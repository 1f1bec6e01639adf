/** Shades the hours outside of regular ones behind the bars, and marks where the trading day changes. */
import type { IPrimitivePaneView, ISeriesPrimitive } from "lightweight-charts";
import type { Shade } from "../model/sessions.ts";

export interface ShadingView {
  readonly shades: () => readonly Shade[];
  /** The middle of the bar at a place. */
  readonly xOf: (place: number) => number | null;
  readonly barWidth: () => number;
  readonly colourOf: (hours: Shade["hours"]) => string;
}

export class ShadingLayer implements ISeriesPrimitive {
  readonly #paneView: IPrimitivePaneView;

  constructor(view: ShadingView) {
    this.#paneView = {
      zOrder: () => "bottom",
      renderer: () => ({
        draw: () => {},
        drawBackground: (target) =>
          target.useMediaCoordinateSpace(({ context, mediaSize }) => {
            const half = view.barWidth() / 2;
            for (const { from, to, hours } of view.shades()) {
              const [left, right] = [view.xOf(from), view.xOf(to)];
              if (left === null || right === null || right + half < 0 || left - half > mediaSize.width) continue;
              context.fillStyle = view.colourOf(hours);
              context.fillRect(left - half, 0, right - left + 2 * half, mediaSize.height);
            }
          }),
      }),
    };
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this.#paneView];
  }
}
