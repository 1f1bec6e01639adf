import type { BookState } from "../../../domain/matching/bookState.ts";
import type { DepthChanges, DepthPart } from "../../../protocol/rpc/orderBook.ts";
import { ChannelFeed } from "./channelFeed.ts";
import { DEPTH_VIEWS } from "./views.ts";

/** Parts of a segment, or of the answer to a subscription. */
export type DepthParts = Partial<Record<DepthPart, DepthChanges>>;

/** What a market's feed needs of a channel. */
type Feed = Pick<ChannelFeed<never, never>, "take" | "snapshot" | "since">;

export const DEPTH_PARTS: readonly DepthPart[] = ["depth", "orders"];

/** The depth channels of a book that a relay listens to. Without listeners it holds nothing and computes nothing. */
export class DepthFeed {
  readonly #state: () => Readonly<BookState>;
  readonly #wanted: () => ReadonlySet<DepthPart>;
  readonly #feeds = new Map<DepthPart, Feed>();

  constructor(state: () => Readonly<BookState>, wanted: () => ReadonlySet<DepthPart>) {
    this.#state = state;
    this.#wanted = wanted;
  }

  /** Nobody listens to the book. */
  stop(): void {
    this.#feeds.clear();
  }

  /** Begins the channels that are listened to since. The book must be as it was published. */
  begin(): void {
    this.#end();
    for (const part of this.#wanted()) if (!this.#feeds.has(part)) this.#feeds.set(part, this.#feed(part));
  }

  /** The changes of a window under its sequence; a snapshot of a channel that begins with it. Null without any. */
  take(sequence: number): DepthParts | null {
    this.#end();
    const parts: DepthParts = {};
    for (const part of this.#wanted()) {
      const known = this.#feeds.get(part);
      const feed = known ?? this.#feed(part);
      const changes = known === undefined ? feed.snapshot(sequence) : feed.take(sequence);
      this.#feeds.set(part, feed);
      if (changes !== undefined) parts[part] = changes;
    }
    return Object.keys(parts).length === 0 ? null : parts;
  }

  /** The published book in these channels, as far as they have begun. */
  snapshots(wanted: readonly DepthPart[], sequence: number): DepthParts {
    return this.#each(wanted, (feed) => feed.snapshot(sequence));
  }

  /** What was published after a sequence, through another one. */
  since(wanted: readonly DepthPart[], after: number, through: number): DepthParts {
    return this.#each(wanted, (feed) => feed.since(after, through));
  }

  #each(wanted: readonly DepthPart[], of: (feed: Feed) => DepthChanges): DepthParts {
    const parts: DepthParts = {};
    for (const part of wanted) {
      const feed = this.#feeds.get(part);
      const changes = feed === undefined ? undefined : of(feed);
      if (changes !== undefined && changes.count > 0) parts[part] = changes;
    }
    return parts;
  }

  #end(): void {
    for (const part of this.#feeds.keys()) if (!this.#wanted().has(part)) this.#feeds.delete(part);
  }

  #feed(part: DepthPart): Feed {
    return part === "depth"
      ? new ChannelFeed(this.#state, DEPTH_VIEWS.depth)
      : new ChannelFeed(this.#state, DEPTH_VIEWS.orders);
  }
}
