import type { MarketEntry } from "../market/phase.ts";
import { applyBookCommand } from "./commands.ts";
import { BookState } from "./bookState.ts";
import type { BookOutputs } from "./bookState.ts";
import type { BookCommand } from "./messages.ts";
import { initialInstrument, initialStatus } from "./instrumentEntry.ts";
import { applyMarketEntry } from "./marketEntries.ts";
import { RULES } from "./rules.ts";

/**
 * The order book of a symbol as a deterministic state machine. Its inputs are commands of accounts and entries of the
 * market; its outputs are reports and market data. Replaying the same inputs at the same times gives the same trades, ids and reports, so the journal holds
 * only the inputs. docs/matching.md has the rules.
 */

export function newBook(symbol: string, rules = RULES): BookState {
  const instrument = initialInstrument(symbol);
  return new BookState(instrument, initialStatus(instrument), rules);
}

/** Applies one command of the account at address `owner`. */
export function applyCommand(m: BookState, owner: string, command: BookCommand, now: number, out: BookOutputs): void {
  m.now = now;
  m.out = out;
  applyBookCommand(m, owner, command);
}

/** Applies an entry of the market: time, phases, halts, instruments. */
export function applyEntry(m: BookState, entry: MarketEntry, now: number, out: BookOutputs): void {
  m.now = now;
  m.out = out;
  applyMarketEntry(m, entry);
}
