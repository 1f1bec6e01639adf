import type { Sides } from "../../../domain/matching/depth/checksum.ts";
import type { BookState } from "../../../domain/matching/bookState.ts";
import type { DepthOrder } from "../../../domain/matching/depth/orders.ts";
import type { DepthChanges } from "../../../protocol/rpc/orderBook.ts";
import type { OwnOrders } from "../../../protocol/stream/depth.ts";
import { ChangeLog, mergeChanges } from "./changeLog.ts";
import type { DepthView } from "./views.ts";

/** The account and the id of a displayed order. */
interface Owned {
  readonly account: string;
  readonly orderId: string;
}

const ACCOUNT = "account/";

/**
 * One depth channel of a book while somebody listens to it: the book as it was published last, and the changes that led
 * there. A window compares the present book with it, so nothing is done when an order is processed.
 */
export class ChannelFeed<Row, Change> {
  readonly #state: () => Readonly<BookState>;
  readonly #view: DepthView<Row, Change>;
  #published: Sides<Row>;
  readonly #owned = new Map<number, Owned>();
  readonly #log: ChangeLog;
  /**
   * Sequence of the last element; 0 before the first one. Who has the book as it began may have had it for long: nothing
   * says which sequence its own last element had.
   */
  #last = 0;
  #changedAt: number;

  /** The book is published as it is now. It may have changed where nobody was listening: older copies get a snapshot. */
  constructor(state: () => Readonly<BookState>, view: DepthView<Row, Change>) {
    this.#state = state;
    this.#view = view;
    this.#published = view.read(state());
    this.#note(view.whole(this.#published));
    this.#log = new ChangeLog(state().sequence);
    this.#changedAt = state().changedAt;
  }

  /** What has changed since the last element, under this sequence; undefined when nothing has. */
  take(sequence: number): DepthChanges | undefined {
    const state = this.#state();
    const { symbol, changedAt } = state;
    const book = this.#view.read(state);
    const changes = this.#view.changes(this.#published, book);
    if (changes.bids.length + changes.asks.length === 0) return undefined;
    const position = { symbol, at: changedAt, sequence, previous: this.#last };
    const change = { sequence, bytes: this.#view.encode(position, changes, book), owners: this.#note(changes) };
    this.#published = book;
    this.#last = sequence;
    this.#changedAt = changedAt;
    this.#log.add(change);
    return mergeChanges([change]);
  }

  /** The published book, current at this sequence. `replaces`: in place of changes that are no longer stored. */
  snapshot(sequence: number, replaces?: true): DepthChanges {
    const { symbol } = this.#state();
    const position = { symbol, at: this.#changedAt, sequence, previous: null, ...(replaces && { replaces }) };
    const whole = this.#view.whole(this.#published);
    const orders = [...whole.bids, ...whole.asks].flatMap((change) => this.#view.present(change) ?? []);
    return mergeChanges([
      { bytes: this.#view.encode(position, whole, this.#published), owners: this.#ownersOf(orders) },
    ]);
  }

  /** The changes after a sequence, or a snapshot at `through`. */
  since(after: number, through: number): DepthChanges {
    return this.#log.after(after) ?? this.snapshot(through, true);
  }

  /** Remembers whose the orders are, while their slots are theirs. Returns what is new, by account. */
  #note(changes: Sides<Change>): Readonly<Record<string, OwnOrders>> {
    const all = [...changes.bids, ...changes.asks];
    for (const change of all) {
      const gone = this.#view.deleted(change);
      if (gone !== null) this.#owned.delete(gone.ref);
    }
    const news: DepthOrder[] = [];
    for (const change of all) {
      const order = this.#view.present(change);
      if (order !== null && this.#isNews(order)) news.push(order);
    }
    return this.#ownersOf(news);
  }

  /** An order that is replaced in its place keeps its ref and gets another id. */
  #isNews({ ref, slot }: DepthOrder): boolean {
    const state = this.#state();
    const owner = state.ownerOf(slot);
    const orderId = state.ids.text(slot);
    if (!owner.startsWith(ACCOUNT) || this.#owned.get(ref)?.orderId === orderId) return false;
    this.#owned.set(ref, { account: owner.slice(ACCOUNT.length), orderId });
    return true;
  }

  #ownersOf(orders: readonly DepthOrder[]): Readonly<Record<string, OwnOrders>> {
    const owners = new Map<string, { id: number; order_id: string }[]>();
    for (const { ref } of orders) {
      const owned = this.#owned.get(ref);
      if (owned === undefined) continue;
      const own = { id: ref, order_id: owned.orderId };
      const known = owners.get(owned.account);
      if (known === undefined) owners.set(owned.account, [own]);
      else known.push(own);
    }
    return Object.fromEntries(owners);
  }
}
