import { OBV } from "trading-signals";
import { Committed, type SessionOf, type Step } from "./calculation.ts";
import type { Definition } from "./definition.ts";

interface SessionSums {
  readonly session: number;
  readonly turnover: number;
  readonly volume: number;
}

/** The library's average never begins again, and does not forget a bar that is replaced by one without volume. */
function sessionAverage(sessionOf: SessionOf): Step {
  const sums = new Committed<SessionSums | null>(null);
  return (bar, replace) => {
    const session = sessionOf(bar.at);
    const before = sums.before(replace);
    const since = before?.session === session ? before : { session, turnover: 0, volume: 0 };
    const turnover = since.turnover + bar.vwap * bar.volume;
    const volume = since.volume + bar.volume;
    sums.set({ session, turnover, volume }, replace);
    return [volume === 0 ? null : turnover / volume];
  };
}

const vwap: Definition = {
  name: "vwap",
  title: "Volume-weighted average price",
  meaning:
    "The average price of the trades since the session began, weighted by quantity. Sessions are the trading days of a share " +
    "and the UTC days of a coin. It needs bars shorter than a day.",
  parameters: {},
  outputs: { value: "in dollars" },
  countedFrom: "session",
  warmUp: () => 1,
  settled: () => 1,
  start: (_values, sessionOf) => sessionAverage(sessionOf),
};

/** The library's number of bars of which the change of the close is taken. */
const CHANGE = 2;

const obv: Definition = {
  name: "obv",
  title: "On-balance volume",
  meaning:
    "The volume of the bars whose close rose less the volume of those whose close fell, counted from the first bar that is " +
    "returned: its value has no meaning, its changes do.",
  parameters: {},
  outputs: { value: "in shares or coins" },
  countedFrom: "start",
  warmUp: () => CHANGE,
  settled: () => CHANGE,
  start(): Step {
    const balance = new OBV(CHANGE);
    return (bar, replace) => [balance.update(bar, replace)];
  },
};

export const VOLUME: readonly Definition[] = [vwap, obv];
