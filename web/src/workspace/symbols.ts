/** Which symbol panels show: those with the same link show the same one, in all windows of this browser. */
import { createSignal, type Accessor, type Signal } from "solid-js";

/** Colours of links; panels without one have a symbol of their own. */
export const LINKS = ["blue", "green", "orange", "violet"] as const;
export type LinkColour = (typeof LINKS)[number];

/** The symbols that links begin with: the demo market has them all. */
const FIRST: Readonly<Record<LinkColour, string>> = { blue: "AAPL", green: "MSFT", orange: "NVDA", violet: "TSLA" };

const keyOf = (link: LinkColour): string => (link === "blue" ? "symbol" : `symbol:${link}`);
const isBrowser = typeof localStorage !== "undefined";

const linkOf = (link: LinkColour): Signal<string> =>
  createSignal((isBrowser ? localStorage.getItem(keyOf(link)) : null) ?? FIRST[link]);
const groups: Readonly<Record<LinkColour, Signal<string>>> = {
  blue: linkOf("blue"),
  green: linkOf("green"),
  orange: linkOf("orange"),
  violet: linkOf("violet"),
};

if (isBrowser) {
  // Another window of this browser has changed a link: panels that were opened there follow, and the other way round.
  addEventListener("storage", ({ key, newValue }: StorageEvent) => {
    const link = LINKS.find((one) => keyOf(one) === key);
    if (link !== undefined && newValue !== null) groups[link][1](newValue);
  });
}

/** The symbol of the blue link, which the command line and watchlists set. */
export const activeSymbol: Accessor<string> = groups.blue[0];

/** Shows a symbol in the panels of a link; of the blue one without it. */
export function showSymbol(symbol: string, link: LinkColour = "blue"): void {
  localStorage.setItem(keyOf(link), symbol);
  groups[link][1](symbol);
}

/** Symbol of a link, and its setter. */
export function linkedSymbol(link: LinkColour): readonly [Accessor<string>, (symbol: string) => void] {
  return [groups[link][0], (next) => showSymbol(next, link)];
}
