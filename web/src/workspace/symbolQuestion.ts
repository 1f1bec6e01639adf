/** The question for an instrument: one dialog for all panels. */
import { createSignal } from "solid-js";

interface Question {
  readonly answer: (symbol: string) => void;
}

const [question, setQuestion] = createSignal<Question | null>(null);
export { question };

/** Asks the user for an instrument and calls back with its symbol, unless the user changes its mind. */
export function findSymbol(answer: (symbol: string) => void): void {
  setQuestion({ answer });
}

export function closeQuestion(): void {
  setQuestion(null);
}
