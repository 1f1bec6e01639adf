/** Reads the words of a command one after another. */
import { isAmount } from "../orders/ticketForm.ts";
import { COMMANDS } from "../text/en/commands.ts";
import type { Expected, Parsed } from "./command.ts";

const P = COMMANDS.problems;

/** A word of the text, and where it stands. */
export interface Token {
  readonly text: string;
  readonly lower: string;
  readonly from: number;
  readonly to: number;
}

/** `>200` is two words. */
const WORD = /[<>]|[^\s<>]+/g;

function tokensOf(text: string): Token[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    text: word,
    lower: word.toLowerCase(),
    from: index,
    to: index + word.length,
  }));
}

type Failed = Extract<Parsed, { ok: false }>;

export class Cursor {
  readonly #tokens: readonly Token[];
  readonly #find: (word: string) => string | null;
  #at = 0;

  constructor(text: string, find: (word: string) => string | null) {
    this.#tokens = tokensOf(text);
    this.#find = find;
  }

  peek(): Token | null {
    return this.#tokens[this.#at] ?? null;
  }

  next(): Token | null {
    const token = this.peek();
    if (token !== null) this.#at++;
    return token;
  }

  find(word: string): string | null {
    return this.#find(word);
  }

  /** The next word as a listed symbol, or what is wrong. */
  symbol(): string | Failed {
    const token = this.next();
    if (token === null) return missing([{ kind: "symbol" }]);
    return this.#find(token.text) ?? wrong(token, P.symbol(token.text));
  }

  /** The next word as an amount above zero, as it was typed. */
  amount(name: "price" | "quantity"): string | Failed {
    const token = this.next();
    if (token === null) return missing([{ kind: "value", name }]);
    return isAmount(token.text) ? token.text : wrong(token, P[name]);
  }
}

export function missing(expected: readonly Expected[]): Failed {
  return { ok: false, problem: null, expected, isSearch: false };
}

export function wrong({ from, to }: Token, text: string): Failed {
  return { ok: false, problem: { from, to, text }, expected: [], isSearch: false };
}
