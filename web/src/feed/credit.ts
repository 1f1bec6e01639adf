/**
 * The credit that the worker gives the stream: how many frames it takes. It shows the exchange that this client reads, so
 * that it is not closed after some megabytes as one that may not (docs/streams.md, "Clients that read slowly").
 */

const FRAMES = 400;
const FRAMES_LOW = 200;
/** The exchange holds data back when half a megabyte is not confirmed. */
const BYTES_HIGH = 96 * 1024;

export const FIRST_CREDIT = FRAMES;

export class Credit {
  #left = 0;
  #bytes = 0;
  #mark: string | null = null;
  #isAsked = false;

  /** A new connection, which has been given the first credit. */
  begin(): void {
    this.#left = FRAMES;
    this.#bytes = 0;
    this.#mark = null;
    this.#isAsked = false;
  }

  /** A frame of data came. Gives the next grant, when it is time for one. */
  took(bytes: number): { readonly action: "credit"; readonly frames: number; readonly mark: string } | null {
    this.#left--;
    this.#bytes += bytes;
    if (this.#mark === null || this.#isAsked) return null;
    if (this.#left > FRAMES_LOW && this.#bytes < BYTES_HIGH) return null;
    this.#isAsked = true;
    return { action: "credit", frames: Math.max(1, FRAMES - Math.max(0, this.#left)), mark: this.#mark };
  }

  /** The exchange has answered a grant. */
  granted(frames: number, mark: string): void {
    this.#left = frames;
    this.#mark = mark;
    this.#bytes = 0;
    this.#isAsked = false;
  }
}
