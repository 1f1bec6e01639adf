import type { HaltReason, MarketEntry } from "../market/phase.ts";
import { endOfTradingDay } from "../market/session.ts";
import { beginBands } from "./bands.ts";
import type { BookState } from "./bookState.ts";
import { runCascade } from "./cascade.ts";
import { applyInstrument } from "./instrumentEntry.ts";
import { beginPhase, expireDue } from "./phases.ts";

/** Entries of the market: time, phases, halts, instruments. */

/** Applies an entry of the market. */
export function applyMarketEntry(m: BookState, entry: MarketEntry): void {
  if (entry.kind === "rules") {
    // Entries of the schedule that are due follow in order after this one.
    m.rules = entry.version;
    return;
  }
  expireDue(m);
  switch (entry.kind) {
    case "expire":
      return;
    case "phase":
      if (m.isDelisted && entry.phase !== "halted") return;
      return beginPhase(m, entry, entry.uncross ?? null, entry.phase === "halted" ? m.status.halt : null);
    case "halt":
      if (m.status.phase === "closed" || m.isDelisted) return;
      noteBreaker(m, entry.reason);
      return beginPhase(m, { phase: "halted", session: m.status.session, until: entry.until }, null, entry.reason);
    case "resume":
      if (m.status.phase !== "halted" || m.isDelisted) return;
      return beginPhase(m, { phase: "reopening_auction", session: m.status.session, until: entry.until }, null, null);
    case "instrument":
      return applyInstrument(m, entry.instrument);
    case "reference":
      m.limitAnchor = { price: entry.price, until: endOfTradingDay(m.now) };
      return;
    case "configure":
      m.status = { ...m.status, calendar: entry.calendar };
      if (entry.luldTier === m.luldTier) return;
      m.luldTier = entry.luldTier;
      m.markChanged();
      beginBands(m);
      return runCascade(m);
  }
}

/** The levels of the breaker that have halted today, by the highest. */
function noteBreaker(m: BookState, reason: HaltReason): void {
  const level = ([1, 2, 3] as const).find((each) => reason === `breaker_${each}`);
  if (level !== undefined) m.breaker = { level, at: m.now };
}
