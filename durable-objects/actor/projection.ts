/**
 * Rows that follow from events alone, so that the journal has them until they are written: many commits share one write.
 * After a restart the events of the commits since the last write are added again.
 */
export interface Projection<Event> {
  /** Adds the row of an event, in memory. Reads must find it from now on. */
  add(event: Event): void;
  /** True when so many rows were added that they are to be written with this commit. */
  readonly isDue: boolean;
  /** Writes the added rows. Runs inside a transaction. */
  write(): void;
}
