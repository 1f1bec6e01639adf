import { uuidFromText } from "../../../domain/ids.ts";
import type { BookOutputs, BookState } from "../../../domain/matching/bookState.ts";
import { loadBook, saveBook } from "../../../domain/matching/bookSnapshot.ts";
import type { BookReport, NewOrderCommand } from "../../../domain/matching/messages.ts";
import { applyCommand, newBook } from "../../../domain/matching/orderBook.ts";
import { best } from "../../../domain/matching/views.ts";
import type { Terms } from "../../../domain/order/terms.ts";
import { readLiveMarket } from "../../../domain/paper/liveMarket.ts";
import type { LiveMarket } from "../../../domain/paper/liveMarket.ts";
import { applyPaperCommand, applyPaperEntry, newerMarket, newPaperBook } from "../../../domain/paper/paperBook.ts";
import type { PaperBookState } from "../../../domain/paper/paperBook.ts";
import { isRelevant } from "../../../domain/paper/relevance.ts";
import { Tally } from "../random/cells.ts";
import { Random } from "../random/random.ts";
import { Flow, sizeOf, TICK } from "./flow.ts";
import type { FlowCommand } from "./flow.ts";

/** The same order in the live book and in a paper book beside it (PA-10). */

const OWNER = "account/subject";
const PAPER_OWNER = "paper-account/subject";
const SYMBOL = "AAPL";
/** Commands of others before the first case, and after the order of each. */
const WARM_UP = 400;
const AFTER = 100;
/** Most commands of others between two readings of the live book. */
const WINDOW = 8;

const QUIET: BookOutputs = { report: () => undefined, trade: () => undefined };

export const KINDS = [
  "market",
  "ioc",
  "fok",
  "join",
  "behind",
  "improve",
  "cross",
  "stop",
  "trailing",
  "iceberg",
  "mid",
  "minimum",
] as const;
export type Kind = (typeof KINDS)[number];

/** How often each kind occurs. */
const SHARES: Readonly<Record<Kind, number>> = {
  market: 22,
  ioc: 6,
  fok: 4,
  join: 16,
  behind: 16,
  improve: 8,
  cross: 12,
  stop: 5,
  trailing: 3,
  iceberg: 3,
  mid: 2,
  minimum: 3,
};
const WEIGHTED = KINDS.flatMap((kind) => Array.from({ length: SHARES[kind] }, () => kind));

/** Why fills differ. */
export const CAUSES = ["impact", "window", "queue", "hidden", "other"] as const;
export type Cause = (typeof CAUSES)[number];

interface Fill {
  readonly price: number;
  readonly qty: number;
  readonly liquidity: string;
  readonly at: number;
}

/** The fills of one order in both. */
export interface Compared {
  readonly kind: Kind;
  readonly live: readonly Fill[];
  readonly paper: readonly Fill[];
  /** Null when they are alike. */
  readonly cause: Cause | null;
  /** Lots within its price: displayed when it arrives, in orders of others that arrive later, and traded by others. */
  readonly offered: number;
}

/** Compares orders one after another beside one long flow. */
export class Comparison {
  readonly #random: Random;
  readonly #flow: Flow;
  readonly #base = newBook(SYMBOL);
  #now = 1_000;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#flow = new Flow(this.#random);
    for (let nth = 0; nth < WARM_UP; nth++) this.#advance();
  }

  /** The next case. */
  next(nth: number): Compared {
    const random = this.#random;
    const kind = random.pick(WEIGHTED);
    const command = orderOf(random, kind, this.#base, uuidFromText(`subject ${nth}`));
    const start = saveBook(this.#base);
    const live = loadBook(start);
    const liveFills: Fill[] = [];
    const liveOut = recorder(OWNER, liveFills);
    applyCommand(live, OWNER, command, this.#now, liveOut);
    const begun = this.#now;
    const paper = new PaperRun(this.#base, command, begun);
    const sent: FlowCommand[] = [];
    let untilReading = random.whole(1, WINDOW);
    for (let step = 0; step < AFTER; step++) {
      const next = this.#advance();
      sent.push(next);
      applyCommand(live, next.owner, next.command, this.#now, liveOut);
      if (--untilReading > 0) continue;
      paper.read(this.#base, this.#now);
      untilReading = random.whole(1, WINDOW);
    }
    paper.read(this.#base, this.#now);
    const cause = alike(liveFills, paper.fills)
      ? null
      : causeOf(loadBook(start), command, begun, sent, liveFills, paper.fills);
    const offered =
      offeredTo(command, readLiveMarket(loadBook(start), 0), sent) + tradedFor(command, this.#base, start.sequence);
    return { kind, live: liveFills, paper: paper.fills, cause, offered };
  }

  #advance(): FlowCommand {
    const next = this.#flow.next(this.#base);
    applyCommand(this.#base, next.owner, next.command, ++this.#now, QUIET);
    return next;
  }
}

/** A paper book with one order, which reads a live book now and then. */
class PaperRun {
  readonly state: PaperBookState = newPaperBook(SYMBOL);
  readonly fills: Fill[] = [];

  constructor(live: Readonly<BookState>, command: NewOrderCommand, now: number) {
    this.read(live, now);
    applyPaperCommand(this.state, PAPER_OWNER, command, now, this.#send);
  }

  read(live: Readonly<BookState>, now: number): void {
    const market = newerMarket(this.state, readLiveMarket(live, this.state.market?.sequence ?? 0));
    if (market !== null && isRelevant(this.state, market))
      applyPaperEntry(this.state, { kind: "market", market }, now, this.#send);
  }

  readonly #send = (_: string, report: BookReport): void => noteFill(this.fills, report);
}

function recorder(owner: string, fills: Fill[]): BookOutputs {
  return { report: (to, report) => to === owner && noteFill(fills, report), trade: () => undefined };
}

function noteFill(fills: Fill[], report: BookReport): void {
  if (report.kind === "fill")
    fills.push({ price: report.price, qty: report.qty, liquidity: report.liquidity, at: report.at });
}

function offeredTo({ side, price }: NewOrderCommand, market: LiveMarket, sent: readonly FlowCommand[]): number {
  const reaches = (other: number) => (side === "buy" ? other <= price : other >= price);
  const displayed = (side === "buy" ? market.asks : market.bids)
    .filter((level) => reaches(level.price))
    .reduce((sum, { orders }) => sum + orders.reduce((all, qty) => all + qty, 0), 0);
  const later = sent.flatMap(({ command }) =>
    command.kind === "new" && command.side !== side && reaches(command.price) ? command.qty : [],
  );
  return later.reduce((sum, qty) => sum + qty, displayed);
}

/** Lots that were traded within its price since then. */
function tradedFor({ side, price: limit }: NewOrderCommand, live: Readonly<BookState>, since: number): number {
  const { trades } = readLiveMarket(live, since);
  const reached = trades.filter(({ price }) => (side === "buy" ? price <= limit : price >= limit));
  return reached.reduce((sum, { qty }) => sum + qty, 0);
}

/** The same number of executions, and the same quantity at each price. */
function alike(one: readonly Fill[], other: readonly Fill[]): boolean {
  return one.length === other.length && JSON.stringify(byPrice(one)) === JSON.stringify(byPrice(other));
}

export function byPrice(fills: readonly Fill[]): [number, number][] {
  const sums = new Map<number, number>();
  for (const { price, qty } of fills) sums.set(price, (sums.get(price) ?? 0) + qty);
  return [...sums].sort(([a], [b]) => a - b);
}

export const total = (fills: readonly Fill[]): number => fills.reduce((sum, { qty }) => sum + qty, 0);

/**
 * Why they differ. `window`: with a reading after each command they are alike. `hidden`: the same order takes more from
 * the live book on arrival than is displayed. `impact`: the live order had traded before they differ, so the market was
 * another one. `queue`: the paper order was filled later or less, because cancels ahead of it were not seen as such.
 */
function causeOf(
  start: BookState,
  command: NewOrderCommand,
  begun: number,
  sent: readonly FlowCommand[],
  live: readonly Fill[],
  windowed: readonly Fill[],
): Cause {
  const close = new PaperRun(start, command, begun);
  let now = begun;
  for (const next of sent) {
    applyCommand(start, next.owner, next.command, ++now, QUIET);
    close.read(start, now);
  }
  if (alike(live, close.fills)) return "window";
  const [taken, displayed] = [live, windowed].map((fills) => fills.filter(({ liquidity }) => liquidity === "taker"));
  if (!alike(taken ?? [], displayed ?? [])) return "hidden";
  if (live.length > 0 && windowed.length > 0 && live[0]?.price === windowed[0]?.price) return "impact";
  return total(windowed) < total(live) ? "queue" : "other";
}

function orderOf(random: Random, kind: Kind, state: Readonly<BookState>, orderId: string): NewOrderCommand {
  const side = random.pick(["buy", "sell"] as const);
  const sign = side === "buy" ? 1 : -1;
  const near = best(state, side)?.price ?? 0;
  const far = best(state, side === "buy" ? "sell" : "buy")?.price ?? 0;
  const collar = Math.round((far * (1 + 0.04 * sign)) / TICK) * TICK;
  const order = (price: number, timeInForce: NewOrderCommand["timeInForce"], terms: Terms = {}, market = false) => ({
    kind: "new" as const,
    orderId,
    side,
    price,
    qty: sizeOf(random),
    timeInForce,
    market,
    expiresAt: null,
    ...terms,
  });
  switch (kind) {
    case "market":
      return order(collar, "day", {}, true);
    case "ioc":
      return order(far + sign * TICK * random.whole(0, 2), "ioc");
    case "fok":
      return order(far + sign * TICK * random.whole(0, 2), "fok");
    case "join":
      return order(near, "gtc");
    case "behind":
      return order(near - sign * TICK * random.whole(1, 4), "gtc");
    case "improve":
      return order(far - near === sign * TICK ? near : near + sign * TICK, "gtc");
    case "cross":
      return order(far + sign * TICK * random.whole(0, 1), "gtc");
    case "stop":
      return order(collar, "gtc", { trigger: { kind: "stop", price: far + sign * TICK * random.whole(0, 3) } }, true);
    case "trailing":
      return order(collar, "gtc", { trigger: { kind: "trail", amount: TICK * random.whole(1, 4) } }, true);
    case "iceberg":
      return order(near, "gtc", { display: 100 });
    case "mid":
      return order(far, "gtc", { peg: { to: "mid", offset: 0 } });
    case "minimum":
      return order(far, "ioc", { minQty: 100 });
  }
}

/** Cases by kind: how many are alike, and the causes of the others. */
export function tally(cases: readonly Compared[]): Tally {
  const table = new Tally();
  for (const { kind, cause, live } of cases) {
    for (const row of [kind, "all"]) {
      table.count(row, "cases");
      if (live.length > 0) table.count(row, "filled");
      if (live.length > 0 && cause === null) table.count(row, "filled alike");
      table.count(row, cause ?? "alike");
    }
  }
  return table;
}
