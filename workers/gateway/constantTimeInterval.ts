/** Answers come at multiples of this after the request: more than a derivation and its calls take when all is well. */
export const INTERVAL_MS = 500;
