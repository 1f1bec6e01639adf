import type { MarketEntry } from "../../domain/market/phase.ts";
import type { Market, MarketOutputs, NumberedTrade } from "../../domain/matching/market.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import { FIRST_RULES, RULES } from "../../domain/matching/rules.ts";
import { loadMarket, saveMarket } from "../../domain/matching/saved.ts";
import type { SavedMarket } from "../../domain/matching/saved.ts";
import { applyCommand, applyEntry, newMarket } from "../../domain/matching/venue.ts";
import type { Effects, Machine } from "../actor/machine.ts";

/** What a book decides by itself. */
export type BookEntry = MarketEntry;

/** What a book makes public. */
export type BookEvent = NumberedTrade;

/** The market of one symbol, as the actor kernel runs it. */
export function bookMachine(symbol: string): Machine<Market, BookEntry, BookCommand, BookReport, BookEvent> {
  return {
    initial: () => newMarket(symbol, FIRST_RULES),
    upgradeEntries: ({ rules }) => (rules < RULES ? [{ kind: "rules", version: RULES }] : []),
    applyLocal: (state, entry, now, effects) => applyEntry(state, entry, now, outputs(effects)),
    applyMessage: (state, from, command, now, effects) => applyCommand(state, from, command, now, outputs(effects)),
    save: saveMarket,
    load: (saved) => loadMarket(saved as SavedMarket),
  };
}

function outputs(effects: Effects<BookReport, BookEvent>): MarketOutputs {
  return { report: (owner, report) => effects.send(owner, report), trade: (trade) => effects.emit(trade) };
}
