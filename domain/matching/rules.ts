/**
 * Versions of the matching rules. A journal has only inputs, so a replay must apply the rules that were in force when they
 * arrived. An entry of the journal (`rules` in ../market/phase.ts) begins a later version.
 */

/** The version of a book whose journal has no such entry. */
export const FIRST_RULES = 1;

/** The version of this release's books and orders. Increase it with every change of matching or settlement. */
export const RULES = 2;
