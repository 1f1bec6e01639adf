/** What the documents say of quotes of the past. */
export const QUOTES_OF_PAST =
  "The quote with which each second ended in which it changed, of the last 31 days, with the time of the last change of " +
  "the book in that second. A quote is here within some ten seconds.";
