/**
 * Versions of the rules by which a book matches. A journal keeps inputs, so a replay applies the rules that were in force
 * when they came: a book says in its journal from where on it follows later ones (`rules` in ../market/phase.ts).
 */

/** What a book follows whose journal does not say. */
export const FIRST_RULES = 1;

/** What this release's books and orders follow. Raise it when anything is matched or settled differently. */
export const RULES = 2;
