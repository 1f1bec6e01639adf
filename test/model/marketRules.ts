import type { BookReport } from "../../domain/matching/messages.ts";
import { hasCondition, isCollaredLater, leastOf, OrderLifecycles } from "./orderLifecycles.ts";
import type { OrderLifecycle } from "./orderLifecycles.ts";
import { assert, assertEqual } from "./assert.ts";
import type { SentReport } from "./naiveMarket/world.ts";
import { QueueRule } from "./queueRule.ts";
import type { BookEvent } from "./random/days.ts";
import { levelsOf } from "./view.ts";
import type { View } from "./view.ts";

type Fill = BookReport & { kind: "fill" };

/** Checks the rules of a market by its commands, reports and views, and throws on the first broken rule. */
export class MarketRules {
  readonly #lives = new OrderLifecycles();
  #trades = 0;
  /** True when price bands are or were in effect, so that orders may be displayed at a band. */
  #banded = false;
  /** The incoming order of the newest trades, its quantity left before them, and what it has traded in them. */
  #run: { readonly life: OrderLifecycle; readonly left: number; traded: number } | null = null;

  check(event: BookEvent, reports: readonly SentReport[], before: View, after: View): void {
    if (event.kind === "command") this.#lives.onCommand(event.owner, event.command);
    // A change of the bands moves displayed orders before the command is applied.
    this.#banded ||= after.status.bands !== null;
    const queue = this.#banded ? null : this.#firstSweep(event, reports, before);
    for (const [nth, each] of reports.entries()) {
      const life = this.#lives.onReport(each);
      if (life === null) continue;
      const { report } = each;
      if (report.kind === "fill") this.#filled(life, report, reports[nth - 1], reports[nth + 1]);
      if (report.kind === "fill" && report.liquidity !== "auction") checkBands(report.price, before, after);
      if (queue !== null && nth <= queue.through) queue.rule.onReport(report, life.total - life.traded);
    }
    this.#endRun();
    const open = this.#lives.open();
    for (const life of open) this.#checkLiving(life);
    checkView(after, open, this.#banded);
  }

  /** The reports of the submitted order while it is the incoming side, and the rule that they must satisfy. */
  #firstSweep({ kind, ...rest }: BookEvent, reports: readonly SentReport[], before: View) {
    if (kind !== "command" || !("command" in rest) || before.phase !== "continuous") return null;
    const { command } = rest;
    if (command.kind === "cancel") return null;
    const orderId = command.kind === "new" ? command.orderId : command.newOrderId;
    const first = reports[0]?.report;
    const own = command.kind === "new" ? first?.kind === "accepted" : first?.kind === "replaced";
    // When other orders expired or traded first, the view before is out of date.
    if (!own || first?.orderId !== command.orderId) return null;
    const side = command.kind === "new" ? command.side : this.#lives.get(command.orderId)?.side;
    if (side === undefined) return null;
    const ends = reports.findIndex(({ report }, nth) => {
      const later = report.kind === "triggered" || report.kind === "activated";
      const other = report.kind === "fill" && report.liquidity === "taker" && report.orderId !== orderId;
      return nth > 0 && ((later && report.orderId !== orderId) || other);
    });
    // The report of the maker precedes that of the taker.
    const through = ends === -1 ? reports.length - 1 : reports[ends]?.report.kind === "fill" ? ends - 2 : ends - 1;
    return { through, rule: new OtherSide(before, side, orderId) };
  }

  #filled(life: OrderLifecycle, report: Fill, previous: SentReport | undefined, next: SentReport | undefined): void {
    const { side, price } = life;
    const past = side === "buy" ? report.price - price : price - report.price;
    const sellsAnywhere = side === "sell" && isCollaredLater(life);
    assert(past <= 0 || sellsAnywhere, "OB-2, OB-24: no order trades past its limit");
    assert(report.qty > 0, "OB-4: a trade has a quantity");
    if (report.liquidity === "taker") return this.#takerFilled(life, report, previous);
    if (report.liquidity === "auction" && report.tradeId === this.#trades) return;
    assertEqual(report.tradeId, ++this.#trades, "OB-8: trades are numbered without gaps");
    const twin = next?.report;
    assert(twin?.kind === "fill" && twin.tradeId === report.tradeId, "OB-4: a trade has two sides");
    assert(twin.price === report.price && twin.qty === report.qty, "OB-4: both sides of a trade are the same");
    const other = this.#lives.get(twin.orderId);
    assert(other !== undefined && other.side !== side, "OB-4: a buyer meets a seller");
    assertEqual(
      report.liquidity === "auction",
      twin.liquidity === "auction",
      "OB-31: both sides of an auction trade report it",
    );
    assert(report.liquidity !== "auction" || side === "buy", "OB-31: the buyer comes first");
    if (!hasCondition(life)) return;
    assert(report.liquidity !== "auction", "OB-31: conditional orders are not eligible in auctions");
    const before = life.total - life.traded + report.qty;
    assert(report.qty >= leastOf(life, before), "OB-26: an incoming order respects a condition");
  }

  #takerFilled(life: OrderLifecycle, report: Fill, previous: SentReport | undefined): void {
    assert(life.terms.postOnly !== true, "OB-23: a post-only order never takes liquidity");
    const maker = previous?.owner;
    assert(life.terms.selfTrade === undefined || maker !== life.owner, "OB-27: no trade of an account with itself");
    if (this.#run?.life !== life) {
      this.#endRun();
      this.#run = { life, left: life.total - life.traded + report.qty, traded: 0 };
    }
    if (this.#run !== null) this.#run.traded += report.qty;
  }

  #endRun(): void {
    const run = this.#run;
    this.#run = null;
    if (run === null) return;
    if (hasCondition(run.life)) {
      assert(run.traded >= leastOf(run.life, run.left), "OB-25, OB-26: an incoming order executes its minimum");
    }
    if (run.life.timeInForce === "fok") assertEqual(run.traded, run.left, "OB-25: fill or kill is in full");
  }

  #checkLiving({ pair, timeInForce, waiting, total, traded, orderId }: OrderLifecycle): void {
    assert(timeInForce !== "ioc" && timeInForce !== "fok", "OB-5: IOC and FOK orders never rest");
    if (pair === null || waiting === "parent") return;
    assert(!pair.over, `OB-30: no leg outlives the other: ${orderId}`);
    assertEqual(total - traded, pair.total - pair.traded, "OB-30: two legs together execute one");
  }
}

/** The bands change at most once within a command. */
function checkBands(price: number, { status: { bands: one } }: View, { status: { bands: other } }: View): void {
  if (one === null || other === null) return;
  const inside = price >= Math.min(one.lower, other.lower) && price <= Math.max(one.upper, other.upper);
  assert(inside, "OB-35: nothing trades outside the bands");
}

class OtherSide {
  readonly #rule: QueueRule;
  readonly #incoming: string;

  constructor(before: View, side: "buy" | "sell", incoming: string) {
    this.#rule = new QueueRule(before.shown[side === "buy" ? "sell" : "buy"], side === "buy");
    this.#incoming = incoming;
  }

  onReport(report: BookReport, left: number): void {
    if (report.orderId !== this.#incoming && report.kind !== "replaced") this.#rule.onReport(report, left);
  }
}

function checkView(view: View, open: readonly OrderLifecycle[], banded: boolean): void {
  const bid = view.shown.buy[0];
  const ask = view.shown.sell[0];
  const crossed = view.phase === "continuous" && bid !== undefined && ask !== undefined && bid.price >= ask.price;
  assert(!crossed, "OB-3: the displayed book is never crossed or locked while it matches");
  const byId = new Map(open.map((life) => [life.orderId, life]));
  for (const side of ["buy", "sell"] as const) {
    const shown = view.shown[side];
    const levels = JSON.stringify(levelsOf(shown));
    assertEqual(JSON.stringify(view.levels[side]), levels, "a level's quantity is that of its displayed orders");
    for (const [nth, { orderId, price, qty }] of shown.entries()) {
      const life = byId.get(orderId);
      if (life === undefined) throw new Error(`broken: only open orders are displayed: ${orderId}`);
      assertEqual(life.side, side, "an order is displayed on its side");
      assertEqual(life.waiting, null, `an order that waits is not displayed: ${orderId}`);
      assert(!hasCondition(life) && life.terms.peg === undefined, "OB-26, OB-29: conditions and pegs are hidden");
      const better = side === "buy" ? life.price - price : price - life.price;
      const atCollar = isCollaredLater(life) && (side === "sell" || better > 0);
      const mayBeHeld = banded || life.terms.within !== undefined;
      assert(
        better === 0 || (better > 0 && mayBeHeld) || atCollar,
        "an order is displayed at its limit, or at its price limit, collar or band",
      );
      assert(!life.market || isCollaredLater(life), "OB-5: a market order never rests");
      const { display = Infinity } = life.terms;
      assert(qty > 0 && qty <= display, "OB-21, OB-22: no more is displayed than the display quantity");
      const left = life.total - life.traded;
      assert(display === Infinity ? qty === left : qty <= left, "the quantity left is displayed");
      const previous = shown[nth - 1];
      const inOrder = previous === undefined || (side === "buy" ? previous.price >= price : previous.price <= price);
      assert(inOrder, "OB-1: best price first");
    }
  }
  if (view.alive === null) return;
  assertEqual(view.alive.size, open.length, "OB-4, OB-10: the open orders are those without a final report");
  for (const { orderId, total, traded } of open) {
    assertEqual(view.alive.get(orderId), total - traded, `OB-4: quantity of ${orderId} is conserved`);
  }
}
