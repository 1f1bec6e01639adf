import type { SessionOf, Values } from "../../../domain/indicators/calculation.ts";
import type { Definition } from "../../../domain/indicators/definition.ts";
import { valuesOfBars } from "../../../domain/indicators/indicator.ts";
import type { Bar } from "../../../domain/market/bars/bar.ts";
import {
  indicatorBar,
  type IndicatorRequest,
  type PagePlace,
  pageToken,
  SESSION_BARS_MAX,
  valuesToWire,
} from "../../../protocol/mapping/indicators.ts";
import type { BarQuery } from "../../../protocol/rpc/tape.ts";
import type { WireIndicatorValues } from "../../../protocol/wire/indicators.ts";

/** Reads the bars of a symbol, at most `limit` of them. */
export type ReadBars = (query: BarQuery) => Promise<readonly Bar[]>;

const SESSION_MAX_MS = 25 * 3_600_000;

/** The values that a request asks for. Reads the bars of the page, and those before it that their values depend on. */
export async function indicatorPage(
  definition: Definition,
  request: IndicatorRequest,
  readBars: ReadBars,
  sessionOf: SessionOf,
): Promise<WireIndicatorValues> {
  const { symbol, timeframeText, parameters, carried } = request;
  const { bars, next } = await barsOfPage(request, readBars);
  const settled = definition.settled(parameters);
  const before = bars[0] === undefined ? [] : await barsBefore(bars[0].at, settled - 1);
  const isComplete = bars.length === 0 || definition.countedFrom === "session" || before.length >= settled - 1;

  async function barsBefore(first: number, count: number): Promise<readonly Bar[]> {
    const isOfSession = definition.countedFrom === "session";
    const limit = isOfSession ? SESSION_BARS_MAX : count;
    if (limit === 0) return [];
    const from = isOfSession ? first - SESSION_MAX_MS : 0;
    const range = { timeframe: request.timeframe, from, to: first - 1, limit, descending: true };
    const found = (await readBars(range)).toReversed();
    return isOfSession ? found.filter(({ at }) => sessionOf(at) === sessionOf(first)) : found;
  }

  const all = [...before, ...bars].map((bar) => indicatorBar(symbol, bar));
  const values = valuesOfBars(definition, parameters, all, sessionOf).slice(before.length);
  const place: PagePlace | null = next === null ? null : { at: next, carried: carriedOn(values) };

  /** What the next page adds to its values. */
  function carriedOn(of: readonly Values[]): number {
    return definition.countedFrom === "start" ? carried + (of.at(-1)?.[0] ?? 0) : 0;
  }

  return {
    indicator: definition.name,
    symbol,
    timeframe: timeframeText,
    parameters: { ...parameters },
    values: bars.map(({ at }, index) => valuesToWire(definition, at, values[index] ?? [], carried)),
    warm_up: { bars: definition.warmUp(parameters), settled, read: before.length },
    complete: isComplete,
    next_page_token: place === null ? null : pageToken(place),
  };
}

/** The bars of the page in order of time, and where the next one begins. The newest bars have no next page. */
async function barsOfPage(
  { timeframe, from, to, limit }: IndicatorRequest,
  readBars: ReadBars,
): Promise<{ readonly bars: readonly Bar[]; readonly next: number | null }> {
  if (from === null) {
    const newest = await readBars({ timeframe, from: 0, to, limit, descending: true });
    return { bars: newest.toReversed(), next: null };
  }
  const found = await readBars({ timeframe, from, to, limit: limit + 1, descending: false });
  return { bars: found.slice(0, limit), next: found[limit]?.at ?? null };
}
