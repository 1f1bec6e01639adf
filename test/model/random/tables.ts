import type { Told } from "../naiveMarket/world.ts";
import { CELLS, nameOf, Tally } from "./cells.ts";
import type { Happening } from "./days.ts";

/** What random days have consisted of. */
export class Tables {
  readonly cells = new Tally();
  readonly reports = new Tally();
  readonly others = new Tally();
  happenings = 0;

  count(happening: Happening, phase: string, told: readonly Told[]): void {
    this.happenings++;
    if (happening.kind === "command" && happening.cell !== undefined) {
      this.cells.count(nameOf(happening.cell), phase);
      const { extended, selfTrade, expiresAt } = happening.command as Record<string, unknown>;
      if (extended === true) this.others.count("extended", phase);
      if (typeof selfTrade === "string") this.others.count(selfTrade, phase);
      if (typeof expiresAt === "number" && expiresAt <= happening.now) this.others.count("too late", phase);
    } else if (happening.kind === "command") {
      this.others.count(happening.command.kind, phase);
    } else if (happening.kind === "reload") {
      this.others.count("reload", phase);
    } else {
      const { entry } = happening;
      this.others.count(entry.kind === "phase" ? `phase ${entry.uncross ?? ""}` : entry.kind, phase);
    }
    for (const { report } of told) {
      const facts: { kind: string; waiting?: string; reason?: string; liquidity?: string } = report;
      this.reports.count(`${facts.kind} ${facts.waiting ?? facts.reason ?? facts.liquidity ?? ""}`, phase);
    }
  }

  /** Cells that no order was of. */
  missing(): string[] {
    const seen = new Set(this.cells.rows());
    return CELLS.map(nameOf).filter((name) => !seen.has(name));
  }
}

/** Phases with the sessions that they occur in. */
const COLUMNS = [
  ...["continuous regular", "continuous overnight", "continuous pre", "continuous post", "pre_open regular"],
  ...["opening_auction regular", "closing_auction regular", "halted regular", "halted pre", "halted post"],
  ...["halted overnight", "reopening_auction regular", "reopening_auction pre", "closed closed"],
];

export function printTables({ cells, reports, others }: Tables): void {
  for (const tally of [cells, others, reports]) console.log(`${tally.table(tally.rows(), COLUMNS)}\n`);
}
