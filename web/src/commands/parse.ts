/** Reads what is typed into the command line. Pure: which symbols are listed is passed in. */
import { isAmount } from "../orders/ticketForm.ts";
import { COMMANDS } from "../text/en/commands.ts";
import type { Command, Expected, Parsed } from "./command.ts";
import { Cursor, missing, wrong, type Token } from "./cursor.ts";
import { parseOrder } from "./parseOrder.ts";

const P = COMMANDS.problems;

/** The listed symbol that a word means, or null. */
export type FindSymbol = (word: string) => string | null;

/** Words that begin a command. */
const FIRST_WORDS = ["buy", "sell", "alert", "cancel", "close", "flat", "kill"] as const;

const words = (...all: readonly string[]): Expected[] => all.map((word) => ({ kind: "word", word }));
const START: readonly Expected[] = [...words(...FIRST_WORDS), { kind: "symbol" }];

/** Reads a command. */
export function parse(text: string, find: FindSymbol): Parsed {
  const cursor = new Cursor(text, find);
  const first = cursor.next();
  if (first === null) return missing(START);
  switch (first.lower) {
    case "buy":
    case "sell":
      return parseOrder(cursor, first.lower, null);
    case "alert":
      return parseAlert(cursor);
    case "flat":
    case "cancel":
      return parseAllOrOne(cursor, first.lower);
    case "close":
      return parseClose(cursor);
    case "kill":
      return parseKill(cursor);
    default:
      return parseSymbolFirst(cursor, first);
  }
}

/** `aapl`, or an order with its symbol first: `aapl buy 100 l 190.5`. */
function parseSymbolFirst(cursor: Cursor, first: Token): Parsed {
  const symbol = cursor.find(first.text);
  if (symbol === null) {
    return { ...wrong(first, P.search(first.text)), isSearch: true };
  }
  const side = cursor.next();
  if (side === null) return done({ kind: "show", symbol }, words("buy", "sell"));
  if (side.lower === "buy" || side.lower === "sell") return parseOrder(cursor, side.lower, symbol);
  return wrong(side, P.unexpected(side.text));
}

function parseAlert(cursor: Cursor): Parsed {
  const symbol = cursor.symbol();
  if (typeof symbol !== "string") return symbol;
  const sign = cursor.next();
  if (sign === null) return missing(words("above", "below"));
  const condition = CONDITIONS[sign.lower];
  if (condition === undefined) return wrong(sign, P.condition);
  const price = cursor.amount("price");
  if (typeof price !== "string") return price;
  return ended(cursor, { kind: "alert", symbol, condition, price });
}

const CONDITIONS: Readonly<Record<string, "above" | "below">> = {
  ">": "above",
  above: "above",
  over: "above",
  "<": "below",
  below: "below",
  under: "below",
};

function parseAllOrOne(cursor: Cursor, kind: "flat" | "cancel"): Parsed {
  const which = cursor.peek();
  const expected: readonly Expected[] = [...words("all"), { kind: "symbol" }];
  if (which === null) {
    // To cancel everything is said in so many words; flat alone is a word of its own.
    return kind === "flat" ? done({ kind, symbol: null }, expected) : missing(expected);
  }
  if (which.lower === "all") {
    cursor.next();
    return ended(cursor, { kind, symbol: null });
  }
  const symbol = cursor.symbol();
  return typeof symbol === "string" ? ended(cursor, { kind, symbol }) : symbol;
}

function parseClose(cursor: Cursor): Parsed {
  const word = cursor.peek();
  let percent = "100";
  if (word === null) return missing([{ kind: "value", name: "percent" }, { kind: "symbol" }]);
  if (word.text.endsWith("%") || isAmount(word.text)) {
    cursor.next();
    percent = word.text.replace(/%$/, "");
    if (!isAmount(percent) || Number(percent) > 100) return wrong(word, P.percent);
  }
  const symbol = cursor.symbol();
  return typeof symbol === "string" ? ended(cursor, { kind: "close", symbol, percent }) : symbol;
}

function parseKill(cursor: Cursor): Parsed {
  const word = cursor.next();
  if (word === null) return done({ kind: "kill", on: true }, words("off"));
  if (word.lower !== "off") return wrong(word, P.unexpected(word.text));
  return ended(cursor, { kind: "kill", on: false });
}

function ended(cursor: Cursor, command: Command): Parsed {
  const extra = cursor.next();
  return extra === null ? done(command, []) : wrong(extra, P.unexpected(extra.text));
}

const done = (command: Command, expected: readonly Expected[]): Parsed => ({ ok: true, command, expected });
