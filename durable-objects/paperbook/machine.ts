import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import { RULES } from "../../domain/matching/rules.ts";
import { applyPaperCommand, applyPaperEntry, newPaperBook } from "../../domain/paper/paperBook.ts";
import type { PaperBookEntry, PaperBookState } from "../../domain/paper/paperBook.ts";
import { loadPaperBook, savePaperBook } from "../../domain/paper/save.ts";
import type { PaperBookSnapshot } from "../../domain/paper/save.ts";
import type { Machine } from "../actor/machine.ts";

/** The state machine of a symbol's paper book. It publishes nothing. */
export function paperBookMachine(
  symbol: string,
): Machine<PaperBookState, PaperBookEntry, BookCommand, BookReport, never> {
  return {
    initial: () => newPaperBook(symbol),
    upgradeEntries: ({ rules }) => (rules < RULES ? [{ kind: "rules", version: RULES }] : []),
    applyLocal: (state, entry, now, effects) => {
      applyPaperEntry(state, entry, now, (owner, report) => effects.send(owner, report));
    },
    applyMessage: (state, from, command, now, effects) => {
      applyPaperCommand(state, from, command, now, (owner, report) => effects.send(owner, report));
    },
    save: savePaperBook,
    load: (saved) => loadPaperBook(saved as PaperBookSnapshot),
  };
}
