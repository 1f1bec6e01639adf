/** What can be typed into the command line, besides the names of actions and instruments. */
import type { TicketForm } from "../orders/ticketForm.ts";

export type Command =
  | { readonly kind: "show"; readonly symbol: string }
  | { readonly kind: "order"; readonly symbol: string; readonly form: TicketForm }
  | {
      readonly kind: "alert";
      readonly symbol: string;
      readonly condition: "above" | "below";
      readonly price: string;
    }
  /** Cancels the orders and closes the positions, of one symbol or of all. */
  | { readonly kind: "flat"; readonly symbol: string | null }
  | { readonly kind: "cancel"; readonly symbol: string | null }
  /** Closes a part of a position. */
  | { readonly kind: "close"; readonly symbol: string; readonly percent: string }
  | { readonly kind: "kill"; readonly on: boolean };

/** What may come next, for completion. */
export type Expected =
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "symbol" }
  /** Something that cannot be completed: a size, a price, a time. */
  | { readonly kind: "value"; readonly name: "size" | "price" | "quantity" | "trail" | "time" | "percent" };

/** A word that is wrong: where it is in the text, and what is said of it. */
export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export type Parsed =
  | { readonly ok: true; readonly command: Command; readonly expected: readonly Expected[] }
  | {
      readonly ok: false;
      /** Null: nothing is wrong, but something is missing. */
      readonly problem: Problem | null;
      readonly expected: readonly Expected[];
      /** The first word begins no command: the text is a search. */
      readonly isSearch: boolean;
    };
