/** What the command line offers for a text: what Enter does, completions, instruments, actions. */
import { searchAssets, type Asset } from "../market/assets.ts";
import { COMMANDS } from "../text/en/commands.ts";
import type { Action } from "./actions.ts";
import type { Command, Parsed } from "./command.ts";
import { complete, search } from "./complete.ts";
import type { FindSymbol } from "./parse.ts";

export type Item =
  | { readonly kind: "command"; readonly command: Command }
  /** Puts a text into the line. */
  | { readonly kind: "word"; readonly text: string; readonly word: string; readonly help: string }
  | { readonly kind: "symbol"; readonly asset: Asset; readonly text: string | null }
  | { readonly kind: "action"; readonly action: Action };

const SYMBOLS_MAX = 6;
const ACTIONS_MAX = 12;

export const groupOf = (item: Item): string => COMMANDS.groups[item.kind];

/** All that is offered, best first. An action whose name is typed comes before scattered matches of others. */
export function itemsFor(text: string, parsed: Parsed, find: FindSymbol, actions: readonly Action[]): Item[] {
  const { base, part, words, symbol } = complete(text, find);
  const isStart = base.trim() === "";
  const command: Item[] = parsed.ok ? [{ kind: "command", command: parsed.command }] : [];
  const offered = words.map((word): Item => ({ kind: "word", text: `${base}${word} `, word, help: helpOf(word) }));
  const shown = parsed.ok && parsed.command.kind === "show" ? parsed.command.symbol : null;
  const found = symbol && (part !== "" || !isStart) ? searchAssets(part) : [];
  const symbols = found
    .filter((asset) => asset.symbol !== shown)
    .slice(0, SYMBOLS_MAX)
    .map((asset): Item => ({ kind: "symbol", asset, text: isStart ? null : `${base}${asset.symbol} ` }));
  // Words of a command are no search.
  const isSearch = isStart || (!parsed.ok && parsed.isSearch);
  const matches = isSearch
    ? search(actions, ({ title, group }) => `${title} ${group}`, text, ACTIONS_MAX).map((action): Item => ({
        kind: "action",
        action,
      }))
    : [];
  return [...command, ...offered, ...symbols, ...matches];
}

function helpOf(word: string): string {
  return Object.hasOwn(COMMANDS.words, word) ? COMMANDS.words[word as keyof typeof COMMANDS.words] : "";
}

/** The text without which the word that is typed does not stand, and which the line offers instead. */
export function accepted(item: Item): string | null {
  if (item.kind === "word") return item.text;
  return item.kind === "symbol" ? item.text : null;
}
