import { FIRST_RULES } from "../../domain/matching/rules.ts";
import { MarketRules } from "./marketRules.ts";
import { NaiveMarket } from "./naiveMarket/market.ts";
import type { SentReport } from "./naiveMarket/world.ts";
import type { BookEvent } from "./random/days.ts";
import { RealMarket } from "./realMarket.ts";
import { viewOf } from "./view.ts";
import type { View } from "./view.ts";

/** Applies the same events to the naive and the real market and compares them. Also checks the rules of the real one. */
export class Comparison {
  readonly naive: NaiveMarket;
  readonly #real: RealMarket;
  readonly #rules = new MarketRules();
  #before: View;

  constructor(symbol: string) {
    this.naive = new NaiveMarket(symbol, FIRST_RULES);
    this.#real = new RealMarket(symbol, FIRST_RULES);
    this.#before = this.#real.view();
  }

  /** Applies an event to both markets and returns the reports. Throws on the first difference or broken rule. */
  apply(event: BookEvent): SentReport[] {
    if (event.kind === "reload") {
      this.#real.reload();
      this.#look(event, []);
      return [];
    }
    const expected = applyEvent(this.naive, event);
    const reports = applyEvent(this.#real, event);
    for (const nth of Array(Math.max(expected.length, reports.length)).keys()) {
      const [one, other] = [lineOf(reports[nth]), lineOf(expected[nth])];
      if (one !== other) throw new Error(`report ${nth + 1} is ${one}, in the naive market ${other}`);
    }
    this.#look(event, reports);
    return reports;
  }

  #look(event: BookEvent, reports: readonly SentReport[]): void {
    const after = this.#real.view();
    const [one, other] = [viewLine(after), viewLine(viewOf(this.naive))];
    if (one !== other) throw new Error(`the view is ${one}, in the naive market ${other}`);
    const seen = JSON.stringify(this.#before.levels) !== JSON.stringify(after.levels);
    const traded = reports.some(({ report }) => report.kind === "fill");
    const grows = after.sequence > this.#before.sequence;
    if ((seen || traded) && !grows) throw new Error("MD-6: the sequence does not grow with a visible change");
    this.#rules.check(event, reports, this.#before, after);
    this.#before = after;
  }
}

function applyEvent(market: NaiveMarket | RealMarket, event: Exclude<BookEvent, { kind: "reload" }>): SentReport[] {
  return event.kind === "command"
    ? market.apply(event.owner, event.command, event.now)
    : market.enter(event.entry, event.now);
}

/** A report as text that does not depend on the order of its fields. */
export function lineOf(sent: SentReport | undefined): string {
  if (sent === undefined) return "nothing";
  const facts = Object.entries(sent.report).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${sent.owner} ${facts.map(([name, value]) => `${name}=${String(value)}`).join(" ")}`;
}

/** A view as text that does not depend on the order of its fields. */
export function viewLine({ phase, levels, shown, indicative, alive, status }: View): string {
  const lives = [...(alive ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const auction = indicative === null ? null : Object.entries(indicative).sort(([a], [b]) => (a < b ? -1 : 1));
  const state = Object.entries(status).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([phase, levels, shown, auction, lives, state]);
}

/** Applies events to new markets. Returns index and text of the first failure; null when there is none. */
export function firstFault(symbol: string, events: readonly BookEvent[]): { nth: number; text: string } | null {
  const comparison = new Comparison(symbol);
  for (const [nth, event] of events.entries()) {
    try {
      comparison.apply(event);
    } catch (error) {
      return { nth, text: error instanceof Error ? error.message : String(error) };
    }
  }
  return null;
}
