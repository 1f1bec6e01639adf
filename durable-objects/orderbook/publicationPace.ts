/**
 * How often a book publishes. Its relays hold the window of the clients, so what waits here is added to that window: a
 * change waits as little as the pushes to the relays may cost.
 */

/** Between two publications of a book. */
export const INTERVAL_MS = 20;

/**
 * The longest time between them: of a book that changes so often that its last change before a publication is hardly
 * older anyway, and of one with many relays.
 */
export const INTERVAL_MAX_MS = 75;

/** A book with one change in this time or more waits for the longest interval. */
const CHANGE_EVERY_MS = 8;

/** A push costs a book some 50 microseconds, so that pushes take a twentieth of its thread. */
const INTERVAL_OF_RELAY_MS = 1;

export class PublicationPace {
  #next = 0;
  #interval = INTERVAL_MS;
  #changes = 0;

  /** A change has been committed. */
  changed(): void {
    this.#changes++;
  }

  /** Milliseconds until the book may publish; 0 when it may now. */
  waitMs(now: number): number {
    const wait = this.#next - now;
    // The clock may have been set back.
    return wait > INTERVAL_MAX_MS ? 0 : Math.max(0, wait);
  }

  /** What has changed is not public, so nothing was published. */
  unchanged(): void {
    this.#changes = 0;
  }

  /** The book has published what has changed, to this number of relays. */
  published(now: number, relays: number): void {
    const busy = this.#changes * CHANGE_EVERY_MS >= this.#interval;
    this.#changes = 0;
    this.#interval = busy
      ? INTERVAL_MAX_MS
      : Math.min(INTERVAL_MAX_MS, Math.max(INTERVAL_MS, relays * INTERVAL_OF_RELAY_MS));
    this.#next = now + this.#interval;
  }
}
