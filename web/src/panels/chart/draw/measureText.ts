/** What a measure says: the change of the price, and how many bars it took. */
import * as numbers from "../../../format/numbers.ts";
import { CHART } from "../../../text/en/chart.ts";
import type { ChartController } from "../controller.ts";
import type { Drawing } from "./drawings.ts";

export function measureText({ engine }: ChartController, { anchors }: Drawing): readonly string[] {
  const [from, to] = anchors;
  if (from === undefined || to === undefined) return [];
  const bars = Math.abs(engine.placeOf(to.at) - engine.placeOf(from.at));
  return [
    `${numbers.signed(to.price - from.price)} (${numbers.signedPercent(to.price / from.price - 1)})`,
    CHART.barsText(bars),
  ];
}
