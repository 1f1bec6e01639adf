import type { MarketEntry } from "../../domain/market/phase.ts";
import { firstFault } from "./compare.ts";
import type { Happening } from "./random/days.ts";

/**
 * The shortest sequence that can be found by leaving out happenings, and that still goes wrong. It need not go wrong in
 * the same way: any fault is one.
 */
export function shrink(symbol: string, happenings: readonly Happening[]): Happening[] {
  const fault = firstFault(symbol, happenings);
  if (fault === null) throw new Error("nothing is wrong with these");
  let kept = happenings.slice(0, fault.nth + 1);
  for (let piece = Math.ceil(kept.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let from = 0; from < kept.length;) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + piece)];
      const found = isSane(fewer) ? firstFault(symbol, fewer) : null;
      if (found === null) from += piece;
      else kept = fewer.slice(0, found.nth + 1);
    }
  }
  return kept;
}

/** Whether the phases follow each other as a venue's do: by its calendar, and what gathered is uncrossed before it matches. */
function isSane(happenings: readonly Happening[]): boolean {
  let phase = "continuous";
  let scheduled = false;
  for (const happening of happenings) {
    if (happening.kind !== "entry") continue;
    if (happening.entry.kind === "configure") scheduled = true;
    if (happening.entry.kind === "phase" && happening.entry.uncross !== "reopening" && !scheduled) return false;
    const next = phaseAfter(phase, happening.entry);
    if (next === null) return false;
    phase = next;
  }
  return true;
}

function phaseAfter(phase: string, entry: MarketEntry): string | null {
  const gathers = phase !== "continuous" && phase !== "closed";
  if (entry.kind === "halt") return phase === "closed" ? null : "halted";
  if (entry.kind === "resume") return phase === "halted" ? "reopening_auction" : null;
  if (entry.kind !== "phase") return phase;
  const ends = entry.phase === "continuous" || entry.phase === "closed";
  return gathers === (entry.uncross !== undefined) || (gathers && !ends) ? entry.phase : null;
}
