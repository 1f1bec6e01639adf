/** The newest trade of regular hours: the close of its trading day, which ends at `until`; `before`: that of an earlier day. */
export interface DayClose {
  readonly price: number;
  readonly until: number;
  readonly before: number | null;
}

/** The previous close: that of the latest trading day with trades before the one of `now`; null when there is none. */
export function closeBefore(close: DayClose | null, now: number): number | null {
  if (close === null) return null;
  return now < close.until ? close.before : close.price;
}
