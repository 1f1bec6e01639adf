import { requireInstrument } from "../market/listing.ts";
import type { MarketEntry } from "../market/phase.ts";
import { applyMarketCommand } from "./commands.ts";
import { Market } from "./market.ts";
import type { MarketOutputs } from "./market.ts";
import type { BookCommand } from "./messages.ts";
import { applyMarketEntry } from "./phases.ts";
import { RULES } from "./rules.ts";

/**
 * One symbol's market as a deterministic state machine: commands of accounts and what the venue decides in, reports and
 * market data out. Replaying the same inputs at the same times gives the same trades, ids and reports, so the journal holds
 * only the inputs. How it matches is told in docs/matching.md.
 */

export function newMarket(symbol: string, rules = RULES): Market {
  return new Market(symbol, requireInstrument(symbol), rules);
}

/** Applies one command of the account at address `owner`. */
export function applyCommand(m: Market, owner: string, command: BookCommand, now: number, out: MarketOutputs): void {
  m.now = now;
  m.out = out;
  applyMarketCommand(m, owner, command);
}

/** Applies what the venue decided: time, phases, halts. */
export function applyEntry(m: Market, entry: MarketEntry, now: number, out: MarketOutputs): void {
  m.now = now;
  m.out = out;
  applyMarketEntry(m, entry);
}
