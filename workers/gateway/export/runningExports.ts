/** Exports that one isolate makes at once: each calls an account hundreds of times and compresses all that it gets. */
const EXPORTS_MAX = 8;
/** A response that is never read to its end and never cancelled counts for so long. */
const FORGOTTEN_MS = 15 * 60_000;

/** The exports that are under way in an isolate: one of a user, a few in all. */
export class RunningExports {
  readonly #since = new Map<string, number>();

  /** Begins the export of a user. Returns what ends it, or null when it must wait. */
  begin(userId: string, now: number): (() => void) | null {
    for (const [other, since] of this.#since) if (now - since >= FORGOTTEN_MS) this.#since.delete(other);
    if (this.#since.has(userId) || this.#since.size >= EXPORTS_MAX) return null;
    this.#since.set(userId, now);
    // A user's next export has another time: an export that was forgotten does not end it.
    return () => void (this.#since.get(userId) === now && this.#since.delete(userId));
  }
}

/** Gives the chunks, and calls `end` once they are read, have failed, or are no longer wanted. */
export async function* endedBy(chunks: AsyncGenerator<Uint8Array>, end: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } finally {
    end();
  }
}
