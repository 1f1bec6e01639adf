/**
 * Market data on its way from books to viewers. One reader per book follows its segments, whoever watches; a viewer that
 * joins is given what it lacks up to where the book is, and after that what the reader hands on.
 */
import type { BookSubscribed, MarketSegment, MarketSince } from "../../../protocol/rpc.ts";
import { CURSOR_REFUSED, dataErrorFrame, snapshotElement } from "../../../protocol/streamData.ts";
import { CatchUp, type Pulled } from "./catchUp.ts";
import { type Change, changeAfter, changeOf, Elements } from "./conflation.ts";
import type { Connection, Given } from "./connection.ts";
import { POSITIONS_SAVE_MS } from "./limits.ts";
import type { Join } from "./session.ts";

export interface MarketPorts {
  since(symbol: string, sequence: number): Promise<MarketSince>;
  viewers(symbol: string): Iterable<Connection>;
  /** Something has been added to what waits for a viewer. */
  changed(viewer: Connection): void;
  after(ms: number, run: () => void): void;
  wait(ms: number): Promise<void>;
  /** Keeps where each book's reader is, so that it survives hibernation. */
  savePositions(positions: Readonly<Record<string, number>>): void;
  failed(symbol: string, error: unknown): void;
}

interface Quote {
  readonly elements: Elements;
  readonly sequence: number;
}

interface Book {
  readonly reader: CatchUp<Change>;
  /** The newest quote that the reader handed on, and the one that stood when the book was followed. */
  quote: Quote | null;
  standing: Quote | null;
}

/** What a viewer gets when it joins: notices, each in its own frame, then elements. */
export interface Joined {
  readonly notices: readonly unknown[];
  readonly given: readonly Given[];
}

export class Market {
  readonly #ports: MarketPorts;
  readonly #books = new Map<string, Book>();
  #saving = false;

  /** `positions`: where the readers of books were that viewers have watched ever since. */
  constructor(ports: MarketPorts, positions: Iterable<readonly [symbol: string, position: number]>) {
    this.#ports = ports;
    for (const [symbol, position] of positions) this.#book(symbol, position);
  }

  /** A push of a book that somebody watches. */
  push(segment: MarketSegment): void {
    const change = changeOf(segment);
    const isNudge = change.previous === change.sequence;
    this.#book(segment.symbol, segment.previous).reader.push(isNudge ? [] : [change], segment.sequence);
  }

  /** A book has taken a subscription. */
  followed(symbol: string, { through, quote }: BookSubscribed): void {
    if (!this.#books.has(symbol)) this.#savePositions();
    const book = this.#book(symbol, through);
    if (quote !== null) book.standing = { elements: new Elements(quote, 1), sequence: through };
    book.reader.push([], through);
  }

  /** Nobody watches the book, and it was told so. */
  forget(symbol: string): void {
    this.#books.get(symbol)?.reader.stop();
    if (this.#books.delete(symbol)) this.#savePositions();
  }

  /** What a viewer lacks of followed books. Call while it holds what comes meanwhile. Rejects when a book is out of reach. */
  async join({ cursors, fresh, quotes }: Join): Promise<Joined> {
    const notices: unknown[] = [];
    const given: Given[] = [];
    const starting = [...fresh];
    const answers = await Promise.all(
      cursors.map(async ([symbol, cursor]) => ({ symbol, cursor, since: await this.#ports.since(symbol, cursor) })),
    );
    for (const { symbol, cursor, since } of answers) {
      if (since.kind === "ahead") {
        const text = `cursor ${cursor} is ahead of ${symbol}, which is at ${since.sequence}`;
        notices.push(dataErrorFrame(CURSOR_REFUSED, text));
        starting.push(symbol);
        continue;
      }
      const change = changeOf(since.segment);
      if (since.kind === "too_old") notices.push(snapshotElement(symbol, change.previous));
      given.push({ change, tradesThrough: change.sequence, quotesThrough: change.sequence });
    }
    const books = [...starting, ...quotes].flatMap((symbol) => this.#books.get(symbol) ?? []);
    await Promise.all(books.map(({ reader }) => reader.settled));
    for (const symbol of starting) given.push(...this.#standing(symbol, true));
    for (const symbol of quotes) given.push(...this.#standing(symbol, false));
    return { notices, given };
  }

  /** How a book stands: its newest quote, and whether trades begin only now. */
  #standing(symbol: string, tradesBegin: boolean): Given[] {
    const book = this.#books.get(symbol);
    const position = book?.reader.position;
    if (book === undefined || position === undefined || position === null) return [];
    // One that stands ahead of the reader would make its trades come too late.
    const standing = book.standing !== null && book.standing.sequence <= position ? book.standing : null;
    const quote = (book.quote?.sequence ?? -1) >= (standing?.sequence ?? -1) ? book.quote : standing;
    const change: Change = {
      symbol,
      previous: position,
      sequence: position,
      trades: null,
      quote: quote?.elements ?? null,
    };
    return [{ change, tradesThrough: tradesBegin ? position : 0, quotesThrough: quote?.sequence ?? 0 }];
  }

  #book(symbol: string, position: number): Book {
    const known = this.#books.get(symbol);
    if (known !== undefined) return known;
    const reader = new CatchUp<Change>({
      span: (change) => change,
      after: (change, sequence) => changeAfter(change, sequence, sequence),
      pull: (sequence) => this.#pull(symbol, sequence),
      deliver: (changes) => this.#deliver(symbol, changes),
      wait: (ms) => this.#ports.wait(ms),
      failed: (error) => this.#ports.failed(symbol, error),
    });
    const book: Book = { reader, quote: null, standing: null };
    this.#books.set(symbol, book);
    reader.start(position);
    return book;
  }

  async #pull(symbol: string, sequence: number): Promise<Pulled<Change>> {
    const since = await this.#ports.since(symbol, sequence);
    if (since.kind === "ahead") throw new Error(`book ${symbol} is at ${since.sequence}, behind ${sequence}`);
    const change = changeOf(since.segment);
    const announce = () => {
      for (const viewer of this.#ports.viewers(symbol)) {
        if (viewer.session.resumes) viewer.reply(snapshotElement(symbol, change.previous));
      }
    };
    const skip = since.kind === "too_old" ? { to: change.previous, announce } : null;
    return { items: [change], through: change.sequence, skip };
  }

  #deliver(symbol: string, changes: readonly Change[]): void {
    for (const change of changes) {
      const book = this.#books.get(symbol);
      if (book !== undefined && change.quote !== null) {
        book.quote = { elements: change.quote, sequence: change.sequence };
      }
      for (const viewer of this.#ports.viewers(symbol)) if (viewer.add(change)) this.#ports.changed(viewer);
    }
    this.#savePositions();
  }

  /** Soon, and then for all that moved meanwhile: a timer is pending until they are stored, and so nothing hibernates. */
  #savePositions(): void {
    if (this.#saving) return;
    this.#saving = true;
    this.#ports.after(POSITIONS_SAVE_MS, () => {
      this.#saving = false;
      const positions: Record<string, number> = {};
      for (const [symbol, { reader }] of this.#books) positions[symbol] = reader.position ?? 0;
      this.#ports.savePositions(positions);
    });
  }
}
