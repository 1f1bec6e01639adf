import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import { applyCommand, expireOrders, loadMarket, newMarket, saveMarket } from "../../domain/matching/venue.ts";
import type { MarketOutputs, MarketState, NumberedTrade, SavedMarket } from "../../domain/matching/venue.ts";
import type { Effects, Machine } from "../actor/machine.ts";

/** What a book decides by itself. */
export type BookEntry = { readonly kind: "expire" };

/** What a book makes public. */
export type BookEvent = NumberedTrade;

/** The market of one symbol, as the actor kernel runs it. */
export function bookMachine(symbol: string): Machine<MarketState, BookEntry, BookCommand, BookReport, BookEvent> {
  return {
    initial: () => newMarket(symbol),
    applyLocal: (state, _entry, now, effects) => expireOrders(state, now, outputs(effects)),
    applyMessage: (state, from, command, now, effects) => applyCommand(state, from, command, now, outputs(effects)),
    save: saveMarket,
    load: (saved) => loadMarket(saved as SavedMarket),
  };
}

function outputs(effects: Effects<BookReport, BookEvent>): MarketOutputs {
  return { report: (owner, report) => effects.send(owner, report), trade: (trade) => effects.emit(trade) };
}
