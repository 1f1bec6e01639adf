import type { BookCommand } from "../../domain/matching/messages.ts";
import type { Market } from "../../domain/matching/market.ts";
import { best, levels, liveOrders, resting as restingOrders } from "../../domain/matching/views.ts";
import { must, mustEqual } from "./must.ts";
import type { Told } from "./naiveBook.ts";

interface Life {
  readonly owner: string;
  readonly terms: BookCommand & { kind: "new" };
  traded: number;
  /** What a `closed` report took away; null while there was none. */
  cancelled: number | null;
  accepted: boolean;
}

/** Watches a book from outside, by its commands, its reports and what rests, and fails on the first broken rule. */
export class BookRules {
  readonly #lives = new Map<string, Life>();

  /** A command as it was sent; call before the reports it led to. */
  sent(owner: string, command: BookCommand): void {
    if (command.kind !== "new") return;
    this.#lives.set(command.orderId, { owner, terms: command, traded: 0, cancelled: null, accepted: false });
  }

  /** The reports of one command, in order. */
  told(reports: readonly Told[]): void {
    for (const [index, { owner, report }] of reports.entries()) {
      const life = this.#lives.get(report.orderId);
      if (life === undefined) throw new Error(`report on an order nobody sent: ${report.orderId}`);
      mustEqual(owner, life.owner, "OB-9: a report goes to the account that sent the order");
      must(!isOver(life), `OB-10: nothing follows the last report of ${report.orderId}`);
      mustEqual(life.accepted, report.kind !== "accepted", "OB-10: accepted comes first, and once");
      if (report.kind === "accepted") life.accepted = true;
      if (report.kind === "closed") life.cancelled = life.terms.qty - life.traded;
      if (report.kind !== "fill") continue;
      life.traded += report.qty;
      must(life.traded <= life.terms.qty, "OB-4: no order trades more than its quantity");
      const past = life.terms.side === "buy" ? report.price - life.terms.price : life.terms.price - report.price;
      must(past <= 0, "OB-2: no order trades past its limit");
      if (report.liquidity === "taker") continue;
      mustEqual(report.price, life.terms.price, "OB-2: a trade is at the resting order's price");
      const other = reports[index + 1]?.report;
      const twin = other?.kind === "fill" && other.liquidity === "taker" && other.tradeId === report.tradeId;
      must(twin && other.price === report.price && other.qty === report.qty, "a fill has two equal sides");
    }
  }

  /** What rests after a command. */
  rests(market: Readonly<Market>): void {
    const bid = best(market, "buy");
    const ask = best(market, "sell");
    if (bid !== null && ask !== null) {
      must(bid.price < ask.price, "OB-3: the book is never crossed");
    }
    const resting = new Map<string, number>();
    for (const side of ["buy", "sell"] as const) {
      let last: { price: number; ref: number } | null = null;
      for (const order of restingOrders(market, side)) {
        resting.set(order.orderId, order.qty);
        const better = last === null ? 1 : side === "buy" ? last.price - order.price : order.price - last.price;
        const behind: boolean = better > 0 || (better === 0 && last !== null && last.ref < order.ref);
        must(behind, "OB-1, OB-6: best price first, then the order of arrival");
        last = order;
      }
      for (const { price, qty } of levels(market, side)) {
        const sum = [...restingOrders(market, side)].reduce(
          (all, each) => all + (each.price === price ? each.qty : 0),
          0,
        );
        mustEqual(qty, sum, "a level's quantity is that of its orders");
        must(sum > 0, "no level is empty");
      }
    }
    mustEqual([...liveOrders(market)].length, resting.size, "the book counts its orders");
    for (const [orderId, life] of this.#lives) {
      const left = resting.get(orderId) ?? 0;
      const { qty, market, timeInForce } = life.terms;
      mustEqual(life.traded + left + (life.cancelled ?? 0), qty, `OB-4: quantity of ${orderId} is conserved`);
      must(left === 0 || !(market || timeInForce === "ioc"), "OB-5: market and IOC orders never rest");
      if (isOver(life)) this.#lives.delete(orderId);
    }
    for (const orderId of resting.keys()) must(this.#lives.has(orderId), "only live orders rest");
  }
}

function isOver(life: Life): boolean {
  return life.cancelled !== null || life.traded === life.terms.qty;
}
