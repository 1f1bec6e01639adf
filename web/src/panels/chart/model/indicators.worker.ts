/** Computes the indicators of charts beside the page. */
import { calendarOf } from "./timeframes.ts";
import type { ToIndicators } from "./indicatorMessages.ts";
import { IndicatorRuns } from "./indicatorRuns.ts";

const runs = new IndicatorRuns((isShare) => {
  const calendar = calendarOf(isShare ? "SHARE" : "COIN/USD");
  return (at) => calendar.dayOf(at);
});

self.onmessage = ({ data }: MessageEvent<ToIndicators>) => postMessage(runs.take(data));
