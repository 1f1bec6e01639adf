import type { BookReport } from "../../domain/matching/messages.ts";
import { assert } from "./assert.ts";
import type { Shown } from "./view.ts";

/**
 * Price-time priority by public data: orders that are displayed before an order enters must trade in the displayed order,
 * and before hidden orders at their price or worse.
 */
export class QueueRule {
  readonly #queue: { readonly orderId: string; readonly price: number; qty: number; total: number | null }[];
  readonly #buying: boolean;

  constructor(displayed: readonly Shown[], buying: boolean) {
    this.#queue = displayed.map((shown) => ({ ...shown, total: null }));
    this.#buying = buying;
  }

  /** Applies a report of a resting order during the sweep: an execution or a reduction. */
  onReport(report: BookReport, leftAfter: number): void {
    const nth = this.#queue.findIndex(({ orderId }) => orderId === report.orderId);
    const entry = this.#queue[nth];
    if (report.kind === "closed" && entry !== undefined) entry.qty = 0;
    if (report.kind === "restated" && entry !== undefined) {
      // Self-trade prevention reduces the displayed part before the reserve.
      const by = report.reason === "self_trade" ? Math.max(0, entry.qty) : entry.qty;
      entry.qty = Math.min(by, leftAfter);
      if (report.reason === "self_trade") entry.qty = 0;
    }
    if (report.kind !== "fill") return;
    if (entry !== undefined && entry.qty > 0) {
      assert(
        this.#queue.slice(0, nth).every(({ qty }) => qty <= 0),
        "OB-1, OB-6: displayed orders trade in the displayed order",
      );
      assert(report.price === entry.price, "OB-2: a trade is at the resting order's price");
      assert(report.qty <= entry.qty, "OB-22: no more of an order trades at its displayed position than is displayed");
      entry.qty -= report.qty;
      return;
    }
    const ahead = ({ price, qty }: { price: number; qty: number }) =>
      qty > 0 && (this.#buying ? price <= report.price : price >= report.price);
    assert(!this.#queue.some(ahead), "OB-21: displayed quantity trades before hidden quantity at its price");
  }
}
