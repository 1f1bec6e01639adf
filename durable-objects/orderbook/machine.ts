import type { MarketEntry } from "../../domain/market/phase.ts";
import type { BookState, BookOutputs, NumberedTrade } from "../../domain/matching/bookState.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import { FIRST_RULES, RULES } from "../../domain/matching/rules.ts";
import { loadBook, saveBook } from "../../domain/matching/bookSnapshot.ts";
import type { BookSnapshot } from "../../domain/matching/bookSnapshot.ts";
import { applyCommand, applyEntry, newBook } from "../../domain/matching/orderBook.ts";
import type { Effects, Machine } from "../actor/machine.ts";

/** Journal entries that a book decides itself. */
export type BookEntry = MarketEntry;

/** Events that a book publishes. */
export type BookEvent = NumberedTrade;

/**
 * The state machine of a symbol's book. `before` is called with the state and the time before anything is applied, also
 * when a journal is replayed; it changes nothing of the state.
 */
export function bookMachine(
  symbol: string,
  before: (state: Readonly<BookState>, now: number) => void = () => undefined,
): Machine<BookState, BookEntry, BookCommand, BookReport, BookEvent> {
  return {
    initial: () => newBook(symbol, FIRST_RULES),
    upgradeEntries: ({ rules }) => (rules < RULES ? [{ kind: "rules", version: RULES }] : []),
    applyLocal: (state, entry, now, effects) => {
      before(state, now);
      applyEntry(state, entry, now, outputs(effects));
    },
    applyMessage: (state, from, command, now, effects) => {
      before(state, now);
      applyCommand(state, from, command, now, outputs(effects));
    },
    save: saveBook,
    load: (saved) => loadBook(saved as BookSnapshot),
  };
}

function outputs(effects: Effects<BookReport, BookEvent>): BookOutputs {
  return { report: (owner, report) => effects.send(owner, report), trade: (trade) => effects.emit(trade) };
}
