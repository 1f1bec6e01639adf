/** How the indicators of the exchange are drawn: over the bars or in a pane, with which lines. */
import { defaultsOf, indicatorNamed, INDICATORS } from "../../../../../domain/indicators/catalogue.ts";
import type { Definition, ParameterValues } from "../../../../../domain/indicators/definition.ts";

/** Names of the colours of series: tokens of the design. */
export const SERIES_COLOURS = [
  "--series-1",
  "--series-2",
  "--series-3",
  "--series-4",
  "--series-5",
  "--series-6",
] as const;
export type SeriesColour = (typeof SERIES_COLOURS)[number];

/** What is drawn of an indicator. */
export interface Plot {
  /** The place of its output. */
  readonly output: number;
  readonly kind: "line" | "histogram";
  /** Which colour of the indicator it has; -1 for the colours of up and down. */
  readonly colour: number;
  readonly dashed?: boolean;
  /** Bars by which it is drawn later. */
  readonly shift?: number;
}

interface Drawn {
  readonly pane: boolean;
  readonly plots: readonly Plot[];
  /** Horizontal lines of its pane. */
  readonly levels?: readonly number[];
}

const line = (output: number, colour = output): Plot => ({ output, kind: "line", colour });
const one: readonly Plot[] = [line(0)];
const band: readonly Plot[] = [line(0, 0), { output: 1, kind: "line", colour: 1, dashed: true }, line(2, 0)];
/** Bars by which the cloud leads, as charts have drawn it since its inventor. */
const LEAD = 26;

const DRAWN: Readonly<Record<string, Drawn>> = {
  sma: { pane: false, plots: one },
  ema: { pane: false, plots: one },
  wma: { pane: false, plots: one },
  bollinger: { pane: false, plots: band },
  donchian: { pane: false, plots: band },
  keltner: { pane: false, plots: band },
  vwap: { pane: false, plots: one },
  supertrend: { pane: false, plots: [{ output: 0, kind: "line", colour: -1 }] },
  ichimoku: {
    pane: false,
    plots: [line(0), line(1), { ...line(2), shift: LEAD }, { ...line(3), shift: LEAD }],
  },
  rsi: { pane: true, plots: one, levels: [30, 70] },
  macd: { pane: true, plots: [{ output: 2, kind: "histogram", colour: -1 }, line(0), line(1)], levels: [0] },
  stochastic: { pane: true, plots: [line(0), line(1)], levels: [20, 80] },
  cci: { pane: true, plots: one, levels: [-100, 100] },
  mfi: { pane: true, plots: one, levels: [20, 80] },
  adx: { pane: true, plots: [line(0), line(1), line(2)], levels: [25] },
  atr: { pane: true, plots: one },
  obv: { pane: true, plots: one },
};

/** An indicator that is on the chart. */
export interface ChosenIndicator {
  readonly id: string;
  readonly name: string;
  readonly parameters: ParameterValues;
  readonly colours: readonly SeriesColour[];
}

/** The indicators that can be chosen, in the order of their titles. */
export const CHOICES: readonly Definition[] = INDICATORS.filter(({ name }) => name in DRAWN).toSorted((a, b) =>
  a.title.localeCompare(b.title),
);

export const drawnOf = (name: string): Drawn => DRAWN[name] ?? { pane: true, plots: one };

/** How many colours it has. */
export function coloursOf(name: string): number {
  return Math.max(0, ...drawnOf(name).plots.map(({ colour }) => colour + 1));
}

/** The indicator with its usual parameters and colours that fewer of the others have. */
export function newIndicator(name: string, others: readonly ChosenIndicator[]): ChosenIndicator {
  const definition = indicatorNamed(name) as Definition;
  const first = others.reduce((sum, { colours }) => sum + colours.length, 0);
  const count = coloursOf(name);
  const colours = Array.from({ length: count }, (_, nth) => colourNo(first + nth));
  return { id: nextId(name, others), name, parameters: defaultsOf(definition), colours };
}

const colourNo = (nth: number): SeriesColour => SERIES_COLOURS[nth % SERIES_COLOURS.length] as SeriesColour;

function nextId(name: string, others: readonly ChosenIndicator[]): string {
  let nth = 1;
  while (others.some(({ id }) => id === `${name}${nth}`)) nth++;
  return `${name}${nth}`;
}

/** What is wrong with parameters, by name; those that do not go together are under the empty name. */
export function faultsOf(name: string, values: ParameterValues): ReadonlyMap<string, string> {
  const definition = indicatorNamed(name) as Definition;
  const faults = new Map<string, string>();
  for (const [key, { min, max, whole }] of Object.entries(definition.parameters)) {
    const value = values[key] ?? Number.NaN;
    if (!(value >= min && value <= max) || (whole && !Number.isInteger(value))) faults.set(key, `${min} – ${max}`);
  }
  const refusal = faults.size === 0 ? (definition.refusal?.(values) ?? null) : null;
  return refusal === null ? faults : faults.set("", refusal);
}

/** The name of an indicator with its parameters: SMA 20, MACD 12 26 9. */
export function titleOf({ name, parameters }: Pick<ChosenIndicator, "name" | "parameters">): string {
  const short = SHORT[name] ?? name.toUpperCase();
  return [short, ...Object.values(parameters)].join(" ");
}

const SHORT: Readonly<Record<string, string>> = {
  bollinger: "Bollinger",
  donchian: "Donchian",
  keltner: "Keltner",
  stochastic: "Stochastic",
  ichimoku: "Ichimoku",
  supertrend: "SuperTrend",
};

/** Whether an indicator has values in bars of days and longer: a VWAP begins with each session. */
export const needsIntraday = (name: string): boolean => indicatorNamed(name)?.countedFrom === "session";
