/**
 * How a reader of a numbered log gets every item once and in order, whatever pushes are lost, repeated, merged or late.
 * Live items come by `push`; when one does not follow on what was delivered, or something shows that the log is longer,
 * what is missing is pulled. Pure policy: relays read accounts and books with it, and the simulator does as a relay.
 */
import { GAP_FILL_RETRY_MS, GAP_FILL_TRIES, BUFFERED_ITEMS_MAX } from "./limits.ts";

/** What an item covers of the log: all that follows `previous`, through `sequence`. */
export interface Span {
  readonly previous: number;
  readonly sequence: number;
}

/** What follows a sequence in the log. */
export interface LogPage<Item> {
  readonly items: readonly Item[];
  /** How far the log is. */
  readonly through: number;
  /** Not all is kept: the items follow on `to`. `announce` tells the reader; it is called before they are delivered. */
  readonly skip: { readonly to: number; announce(): void } | null;
}

export interface SequencedReaderPorts<Item> {
  span(item: Item): Span;
  /** The part of an item that follows this sequence, which lies inside it. */
  after(item: Item, sequence: number): Item;
  pull(sequence: number): Promise<LogPage<Item>>;
  /** Takes items that follow on one another and on what was delivered before; all through `position` is delivered then. */
  deliver(items: readonly Item[], position: number): void;
  wait(ms: number): Promise<void>;
  /** Pulling failed several times. Until a push or a renewal shows again that something is missing, it rests. */
  failed(error: unknown): void;
}

export class SequencedReader<Item> {
  readonly #ports: SequencedReaderPorts<Item>;
  /** All through this is delivered; null before the start. */
  #position: number | null = null;
  /** The log is known to reach this far. */
  #seen = 0;
  /** What was pushed before the start, or while a pull was under way. */
  #buffered: Item[] = [];
  #pulling: Promise<void> | null = null;
  #stopped = false;

  /** Until it is started it only remembers what is pushed. */
  constructor(ports: SequencedReaderPorts<Item>) {
    this.#ports = ports;
  }

  /** Sequence through which all is delivered; null before the start. */
  get position(): number | null {
    return this.#position;
  }

  /** Resolves when no pull is under way: all that was seen is delivered, unless it cannot be had. */
  get settled(): Promise<void> {
    return this.#pulling ?? Promise.resolve();
  }

  /** The reader has everything through `position`: delivers what follows. */
  start(position: number): void {
    this.#position = position;
    this.#deliverBuffered();
    this.#fillGap();
  }

  /** Delivers nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#buffered = [];
  }

  /** A push: items, perhaps none, and how far the log is. */
  push(items: readonly Item[], through: number): void {
    if (this.#stopped) return;
    this.#seen = Math.max(this.#seen, through);
    this.#buffered.push(...items);
    // They are in the log as well.
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

  /** Delivers what follows on the position; leaves out what was delivered before, and what comes after a gap. */
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
