import type { MarketEntry } from "../market/phase.ts";
import type { BookCommand, BookReport, NewOrderCommand } from "../matching/messages.ts";
import { applyCommand, applyEntry, newBook } from "../matching/orderBook.ts";
import { readLiveMarket } from "./liveMarket.ts";
import type { LiveLevel, LiveMarket } from "./liveMarket.ts";
import { applyPaperCommand, applyPaperEntry, newerMarket, newPaperBook } from "./paperBook.ts";
import type { PaperBookState } from "./paperBook.ts";
import { isRelevant } from "./relevance.ts";

type Terms = Partial<NewOrderCommand>;
const QUIET = { report: () => undefined, trade: () => undefined };

/** A live book and a paper book beside it, for tests. Prices in dollars, quantities in lots. */
export class PaperTest {
  readonly live = newBook("AAPL");
  paper: PaperBookState = newPaperBook("AAPL");
  /** Reports to paper accounts since the last call of `reported`, as short lines. */
  #lines: string[] = [];
  now = 1_000;
  /** Readings are those of the release that had no refs of orders. */
  withoutRefs = false;

  /** Enters a gtc limit order of others into the live book. */
  order(orderId: string, side: "buy" | "sell", dollars: number, qty: number, terms: Terms = {}): void {
    applyCommand(this.live, "account/other", newOrder(orderId, side, dollars, qty, terms), ++this.now, QUIET);
  }

  cancel(orderId: string): void {
    applyCommand(this.live, "account/other", { kind: "cancel", orderId }, ++this.now, QUIET);
  }

  liveCommand(command: BookCommand): void {
    applyCommand(this.live, "account/other", command, ++this.now, QUIET);
  }

  market(entry: MarketEntry): void {
    applyEntry(this.live, entry, ++this.now, QUIET);
  }

  /** Lets the paper book read the live one, as its object does: applied only when that may change something. */
  read(): string[] {
    const market = newerMarket(this.paper, this.#readLive());
    if (market !== null && isRelevant(this.paper, market)) this.#apply({ kind: "market", market });
    return this.reported();
  }

  /** Enters an order of a paper account after a reading, and returns the reports. */
  paperOrder(
    orderId: string,
    side: "buy" | "sell",
    dollars: number,
    qty: number,
    terms: Terms = {},
    owner = "p",
  ): string[] {
    return this.paperCommand(newOrder(orderId, side, dollars, qty, terms), owner);
  }

  paperCommand(command: BookCommand, owner = "p"): string[] {
    const market = newerMarket(this.paper, this.#readLive());
    if (market !== null) this.#apply({ kind: "market", market });
    applyPaperCommand(this.paper, owner, command, ++this.now, this.#send);
    return this.reported();
  }

  expire(now: number): string[] {
    this.now = now;
    this.#apply({ kind: "expire" });
    return this.reported();
  }

  /** The reports so far, which are forgotten. */
  reported(): string[] {
    return this.#lines.splice(0);
  }

  #readLive(): LiveMarket {
    const read = readLiveMarket(this.live, this.paper.market?.sequence ?? 0);
    return this.withoutRefs ? ofEarlierRelease(read) : read;
  }

  #apply(entry: Parameters<typeof applyPaperEntry>[1]): void {
    applyPaperEntry(this.paper, entry, this.now, this.#send);
  }

  readonly #send = (owner: string, report: BookReport): void => void this.#lines.push(lineOf(owner, report));
}

function ofEarlierRelease(market: LiveMarket): LiveMarket {
  const { sequence, complete, status, last, limitAnchor, instrument, bids, asks, trades } = market;
  const levels = (side: readonly LiveLevel[]) => side.map(({ price, orders }) => ({ price, orders }));
  const made = trades.map(({ tradeId, price, qty, at, sequence }) => ({ tradeId, price, qty, at, sequence }));
  const known = { sequence, complete, status, last, limitAnchor, instrument };
  return { ...known, bids: levels(bids), asks: levels(asks), trades: made };
}

function newOrder(orderId: string, side: "buy" | "sell", dollars: number, qty: number, terms: Terms): NewOrderCommand {
  const price = Math.round(dollars * 10_000);
  return { kind: "new", orderId, side, price, qty, timeInForce: "gtc", market: false, expiresAt: null, ...terms };
}

function lineOf(owner: string, report: BookReport): string {
  const facts: Record<string, string> = {
    fill: report.kind === "fill" ? `${report.qty}@${report.price / 10_000} ${report.liquidity}` : "",
    closed: report.kind === "closed" ? (report.reason ?? report.cause) : "",
    accepted: report.kind === "accepted" ? (report.waiting ?? "") : "",
    activated: report.kind === "activated" ? (report.waiting ?? "") : "",
    restated: report.kind === "restated" ? String(report.qty) : "",
  };
  return `${owner} ${report.orderId} ${report.kind} ${facts[report.kind] ?? ""}`.trim();
}
