/** Which symbol panels show: those with the same link show the same one. */
import { createSignal, type Accessor } from "solid-js";

/** Colours of links; panels without one have a symbol of their own. */
export const LINKS = ["blue", "green", "orange", "violet"] as const;
export type LinkColour = (typeof LINKS)[number];

const FIRST_KEY = "symbol";
const FIRST_SYMBOL = "AAPL";

const [active, setActive] = createSignal(localStorage.getItem(FIRST_KEY) ?? FIRST_SYMBOL);
const groups = new Map<LinkColour, ReturnType<typeof createSignal<string>>>();

/** The symbol of the blue link, which the command line and watchlists set. */
export const activeSymbol: Accessor<string> = active;

/** Shows a symbol in the panels of the blue link. */
export function showSymbol(symbol: string): void {
  localStorage.setItem(FIRST_KEY, symbol);
  setActive(symbol);
}

/** Symbol of a link, and its setter. */
export function linkedSymbol(link: LinkColour): readonly [Accessor<string>, (symbol: string) => void] {
  if (link === "blue") return [activeSymbol, showSymbol];
  let group = groups.get(link);
  if (group === undefined) groups.set(link, (group = createSignal<string>(active())));
  const [symbol, set] = group;
  return [symbol, (next) => void set(next)];
}
