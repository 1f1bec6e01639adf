/**
 * Delivers every item of a numbered log once and in order, although pushes may be lost, repeated, merged or late. Live
 * items arrive by `push`. When an item leaves a gap, or the log is known to be longer, the reader pulls the missing
 * part. No I/O: relays read accounts and books with it, and so does the simulator.
 */
import { GAP_FILL_RETRY_MS, GAP_FILL_TRIES, BUFFERED_ITEMS_MAX } from "./limits.ts";

/** The part of the log that an item covers: after `previous`, through `sequence`. */
export interface Span {
  readonly previous: number;
  readonly sequence: number;
}

/** The items that follow a sequence in the log. */
export interface LogPage<Item> {
  readonly items: readonly Item[];
  /** The last sequence of the log. */
  readonly through: number;
  /**
   * Set when the log no longer keeps everything asked for: the items begin after `to`. `announce` runs before they are
   * delivered.
   */
  readonly skip: { readonly to: number; announce(): void } | null;
}

export interface SequencedReaderPorts<Item> {
  span(item: Item): Span;
  /** The part of an item after a sequence that lies inside it. */
  after(item: Item, sequence: number): Item;
  pull(sequence: number): Promise<LogPage<Item>>;
  /** Receives consecutive items, which continue what was delivered before and end at `position`. */
  deliver(items: readonly Item[], position: number): void;
  wait(ms: number): Promise<void>;
  /** Pulling failed several times. The reader tries again when the next push or renewal shows a gap. */
  failed(error: unknown): void;
}

export class SequencedReader<Item> {
  readonly #ports: SequencedReaderPorts<Item>;
  /** Everything through this sequence is delivered; null before the start. */
  #position: number | null = null;
  /** The last sequence that the log is known to have. */
  #seen = 0;
  /** Items that were pushed before the start or during a pull. */
  #buffered: Item[] = [];
  #pulling: Promise<void> | null = null;
  #stopped = false;

  /** A new reader buffers what is pushed until it is started. */
  constructor(ports: SequencedReaderPorts<Item>) {
    this.#ports = ports;
  }

  /** The sequence through which everything is delivered; null before the start. */
  get position(): number | null {
    return this.#position;
  }

  /** Resolves when no pull is under way. Everything seen is delivered then, unless pulling failed. */
  get settled(): Promise<void> {
    return this.#pulling ?? Promise.resolve();
  }

  /** Starts to deliver what follows `position`. */
  start(position: number): void {
    this.#position = position;
    this.#deliverBuffered();
    this.#fillGap();
  }

  /** Stops delivery for good. */
  stop(): void {
    this.#stopped = true;
    this.#buffered = [];
  }

  /** Receives a push: items, if any, and the last sequence of the log. */
  push(items: readonly Item[], through: number): void {
    if (this.#stopped) return;
    this.#seen = Math.max(this.#seen, through);
    this.#buffered.push(...items);
    // The log has them too, so they can be pulled.
    if (this.#buffered.length > BUFFERED_ITEMS_MAX) this.#buffered = [];
    if (this.#position === null || this.#pulling !== null) return;
    this.#deliverBuffered();
    this.#fillGap();
  }

  #deliverBuffered(): void {
    const late = this.#buffered;
    this.#buffered = [];
    this.#deliver(late);
  }

  /** Delivers the items that continue the position. Skips what was delivered before, and stops at a gap. */
  #deliver(items: readonly Item[]): void {
    let position = this.#position ?? 0;
    const fresh: Item[] = [];
    for (const item of items) {
      const { previous, sequence } = this.#ports.span(item);
      if (sequence <= position) continue;
      if (previous > position) break;
      fresh.push(previous < position ? this.#ports.after(item, position) : item);
      position = sequence;
    }
    if (fresh.length === 0) return;
    this.#position = position;
    this.#ports.deliver(fresh, position);
  }

  #fillGap(): void {
    if (this.#pulling === null && this.#isBehind) this.#pulling = this.#pull();
  }

  get #isBehind(): boolean {
    return !this.#stopped && this.#position !== null && this.#position < this.#seen;
  }

  async #pull(): Promise<void> {
    for (let failures = 0; this.#isBehind;) {
      try {
        await this.#pullOnce(this.#position ?? 0);
        failures = 0;
      } catch (error) {
        if (++failures >= GAP_FILL_TRIES) {
          this.#ports.failed(error);
          break;
        }
        await this.#ports.wait(GAP_FILL_RETRY_MS * 2 ** (failures - 1));
      }
    }
    this.#pulling = null;
  }

  async #pullOnce(from: number): Promise<void> {
    const { items, through, skip } = await this.#ports.pull(from);
    if (this.#stopped) return;
    this.#seen = Math.max(this.#seen, through);
    if (skip !== null) {
      skip.announce();
      this.#position = skip.to;
    }
    this.#deliver(items);
    this.#deliverBuffered();
    if (this.#position === from) throw new Error(`nothing follows ${from}, though ${this.#seen} was seen`);
  }
}
