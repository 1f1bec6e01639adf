import type { CalendarName, Phase, Session } from "../../../domain/market/phase.ts";
import type { SentReport } from "../naiveMarket/world.ts";
import { CELLS, nameOf, Tally } from "./cells.ts";
import type { BookEvent } from "./days.ts";

/** Counts of orders, events and reports of random days. */
export class Tables {
  readonly cells = new Tally();
  readonly reports = new Tally();
  readonly others = new Tally();
  events = 0;

  count(event: BookEvent, phase: string, reports: readonly SentReport[]): void {
    this.events++;
    if (event.kind === "command" && event.cell !== undefined) {
      this.cells.count(nameOf(event.cell), phase);
      const { extended, selfTrade, expiresAt } = event.command as Record<string, unknown>;
      if (extended === true) this.others.count("extended", phase);
      if (typeof selfTrade === "string") this.others.count(selfTrade, phase);
      if (typeof expiresAt === "number" && expiresAt <= event.now) this.others.count("too late", phase);
    } else if (event.kind === "command") {
      this.others.count(event.command.kind, phase);
    } else if (event.kind === "reload") {
      this.others.count("reload", phase);
    } else {
      const { entry } = event;
      this.others.count(entry.kind === "phase" ? `phase ${entry.uncross ?? ""}` : entry.kind, phase);
    }
    for (const { report } of reports) {
      const facts: { kind: string; waiting?: string; reason?: string; liquidity?: string } = report;
      this.reports.count(`${facts.kind} ${facts.waiting ?? facts.reason ?? facts.liquidity ?? ""}`, phase);
    }
  }

  /** Cells without an order, and cells without an order in some part of the day. */
  missing(): { readonly cells: string[]; readonly byPhase: string[] } {
    const seen = new Set(this.cells.rows());
    const names = CELLS.map(nameOf);
    const byPhase = names.flatMap((name) =>
      COLUMNS.filter((column) => !isRefused(name, column) && this.cells.of(name, column) === 0).map(
        (column) => `${name}: ${column}`,
      ),
    );
    return { cells: names.filter((name) => !seen.has(name)), byPhase };
  }
}

/** Around the clock there are no auctions. */
const isRefused = (name: string, column: string): boolean =>
  /^\w+ (opg|cls) /.test(name) && column.startsWith("always");

/** Sessions of the order matrix, and halts. */
const COLUMNS = [
  "always",
  "always halted",
  "overnight",
  "pre",
  "pre_open",
  "opening",
  "regular",
  "closing",
  "post",
  "closed",
  "halted",
  "reopening",
] as const;

export function columnOf(calendar: CalendarName, phase: Phase, session: Session): (typeof COLUMNS)[number] {
  if (calendar === "always") return phase === "continuous" ? "always" : "always halted";
  if (phase === "continuous" || phase === "closed") return session;
  if (phase === "pre_open" || phase === "halted") return phase;
  return phase === "opening_auction" ? "opening" : phase === "closing_auction" ? "closing" : "reopening";
}

export function printTables({ cells, reports, others }: Tables): void {
  for (const tally of [cells, others, reports]) console.log(`${tally.table(tally.rows(), COLUMNS)}\n`);
}
