/** Which dialog of a chart is open. */
import { createSignal, type Accessor } from "solid-js";
import type { ChosenIndicator } from "./model/indicators.ts";

/** What a dialog asks for in one line. */
export type Asking = "date" | "symbol" | "timeframe" | "note";

export interface Dialogs {
  readonly isList: Accessor<boolean>;
  readonly setList: (open: boolean) => void;
  readonly isSummary: Accessor<boolean>;
  readonly setSummary: (open: boolean) => void;
  readonly edited: Accessor<ChosenIndicator | null>;
  readonly edit: (indicator: ChosenIndicator | null) => void;
  readonly asking: Accessor<Asking | null>;
  readonly ask: (what: Asking) => void;
  readonly askNote: () => Promise<string | null>;
  /** Gives the text of a note to who asked for it; null: the user gave up. */
  readonly answerNote: (text: string | null) => void;
  readonly closeAsking: () => void;
}

export function createDialogs(): Dialogs {
  const [isList, setList] = createSignal(false);
  const [isSummary, setSummary] = createSignal(false);
  const [edited, edit] = createSignal<ChosenIndicator | null>(null);
  const [asking, setAsking] = createSignal<Asking | null>(null);
  let waiting: ((text: string | null) => void) | null = null;
  const answerNote = (text: string | null): void => {
    waiting?.(text);
    waiting = null;
  };
  return {
    isList,
    setList,
    isSummary,
    setSummary,
    edited,
    edit,
    asking,
    ask: setAsking,
    askNote: () => {
      setAsking("note");
      return new Promise((answer) => (waiting = answer));
    },
    answerNote,
    closeAsking: () => {
      answerNote(null);
      setAsking(null);
    },
  };
}
