/** Names of timeframes for buttons and sentences. */
import { DRAWING_KINDS } from "../draw/drawings.ts";
import type { ChartTimeframe } from "../model/timeframes.ts";
import { chartTimeframe } from "../model/timeframes.ts";
import { CHART } from "../../../text/en/chart.ts";

const UNITS = { minute: "m", hour: "h", day: "D", week: "W", month: "M" } as const;
const LONG = { minute: "minute", hour: "hour", day: "day", week: "week", month: "month" } as const;

const many = (count: number, word: string): string => (count === 1 ? `1 ${word}` : `${count} ${word}s`);

/** As on a button: 5m, 1h, 1D, 10t. */
export function shortName(id: string): string {
  const timeframe = chartTimeframe(id);
  if (timeframe === null) return id;
  const { kind, count, frame } = timeframe;
  if (frame !== null) return `${count}${UNITS[frame.unit]}`;
  return `${count}${kind === "ticks" ? "t" : "s"}`;
}

/** As in a sentence: 5 minutes, 1 day, 10 trades. */
export function longName({ kind, count, frame }: ChartTimeframe): string {
  if (frame !== null) return many(count, LONG[frame.unit]);
  return many(count, kind === "ticks" ? "trade" : "second");
}

export const TOOLS = ["cursor", ...DRAWING_KINDS] as const;
export type Tool = (typeof TOOLS)[number];

export const toolName = (tool: Tool): string => CHART.tools[tool];
