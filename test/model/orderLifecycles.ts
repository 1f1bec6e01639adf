import type { TimeInForce } from "../../domain/order/timeInForce.ts";
import type { Side } from "../../domain/order/side.ts";
import type { BookCommand, BookReport, NewOrderCommand, ReplaceCommand } from "../../domain/matching/messages.ts";
import type { Terms } from "../../domain/order/terms.ts";
import { assert, assertEqual } from "./assert.ts";
import type { SentReport } from "./naiveMarket/world.ts";

/** An order as its account knows it from its commands and their reports. */
export interface OrderLifecycle {
  readonly owner: string;
  readonly side: Side;
  readonly terms: Terms;
  readonly market: boolean;
  orderId: string;
  timeInForce: TimeInForce;
  price: number;
  total: number;
  traded: number;
  /** Sum of price × lots of its trades. `cash` is the largest sum allowed. */
  spent: bigint;
  readonly cash: bigint | null;
  accepted: boolean;
  over: boolean;
  /** What it waits for, as reported. Some waits begin and end without a report. */
  waiting: string | null;
  pair: OrderLifecycle | null;
}

const LOTS_PER_SHARE = 1_000_000n;

/** Tracks every order by its reports, and throws on a report that cannot follow the previous ones. */
export class OrderLifecycles {
  readonly #byId = new Map<string, OrderLifecycle>();
  readonly #replaces = new Map<string, ReplaceCommand>();

  onCommand(owner: string, command: BookCommand): void {
    if (command.kind === "replace") this.#replaces.set(command.newOrderId, command);
    if (command.kind !== "new") return;
    const order = this.#begin(owner, command, command);
    const legs = (command.legs ?? []).map((leg) => {
      const other = command.side === "buy" ? "sell" : "buy";
      const side = command.orderClass === "oco" ? command.side : other;
      const market = leg.role === "stop_loss" && leg.limit !== true;
      const { within } = command;
      const terms: Terms = {
        ...(leg.stop === undefined ? {} : { trigger: { kind: "stop", price: leg.stop } as const }),
        ...(within === undefined ? {} : { within }),
      };
      return this.#begin(owner, { ...command, orderId: leg.orderId, price: leg.price, side, market }, terms);
    });
    const [first, second] = command.orderClass === "oco" ? [order, legs[0]] : legs;
    if (first !== undefined && second !== undefined) [first.pair, second.pair] = [second, first];
  }

  #begin(owner: string, command: NewOrderCommand, terms: Terms): OrderLifecycle {
    const { orderId, side, market, timeInForce, price, qty } = command;
    const life: OrderLifecycle = {
      owner,
      side,
      terms,
      market,
      orderId,
      timeInForce,
      price,
      total: qty,
      traded: 0,
      spent: 0n,
      cash: terms.cash === undefined ? null : BigInt(terms.cash) * LOTS_PER_SHARE,
      accepted: false,
      over: false,
      waiting: null,
      pair: null,
    };
    this.#byId.set(orderId, life);
    return life;
  }

  /** Applies a report and returns its order. Null for a rejected replace. */
  onReport({ owner, report }: SentReport): OrderLifecycle | null {
    if (report.kind === "replace_rejected") return null;
    const life = this.#byId.get(report.orderId);
    if (life === undefined) throw new Error(`broken: OB-10: report for an unknown order: ${report.orderId}`);
    assertEqual(owner, life.owner, "OB-9: a report goes to the account that sent the order");
    assert(!life.over, `OB-10: nothing follows the last report of ${report.orderId}`);
    assertEqual(life.accepted, report.kind !== "accepted", "OB-10: accepted comes first, and once");
    this.#apply(life, report);
    assert(life.traded <= life.total, "OB-4: no order trades more than its quantity");
    return life;
  }

  #apply(life: OrderLifecycle, report: BookReport): void {
    switch (report.kind) {
      case "accepted":
        life.accepted = true;
        life.waiting = report.waiting ?? null;
        return;
      case "activated":
        life.waiting = report.waiting ?? null;
        return;
      case "triggered":
        life.waiting = null;
        return;
      case "fill":
        life.traded += report.qty;
        life.spent += BigInt(report.price) * BigInt(report.qty);
        assert(life.cash === null || life.spent <= life.cash, "OB-37: no order trades for more than its cash");
        life.over = life.traded === life.total;
        return;
      case "restated":
        assert(report.qty !== life.total, "OB-27, OB-30: restated changes the total");
        assert(report.qty > life.traded, "OB-27, OB-30: an order that is restated has something left");
        life.total = report.qty;
        return;
      case "closed":
        life.over = true;
        return;
      case "replaced":
        return this.#rename(life, report.newOrderId, report.waiting ?? null);
      default:
        throw new Error(`broken: unexpected report: ${report.kind}`);
    }
  }

  #rename(life: OrderLifecycle, newOrderId: string, waiting: string | null): void {
    const command = this.#replaces.get(newOrderId);
    if (command === undefined) throw new Error("broken: OB-20: replaced by an unknown order");
    assertEqual(command.orderId, life.orderId, "OB-20: the order that the command names is replaced");
    this.#byId.delete(life.orderId);
    life.orderId = newOrderId;
    this.#byId.set(newOrderId, life);
    life.total = command.qty ?? life.total;
    life.price = command.price ?? life.price;
    life.timeInForce = command.timeInForce ?? life.timeInForce;
    life.waiting = waiting;
  }

  /** The open orders after all reports of a command. */
  open(): OrderLifecycle[] {
    for (const [orderId, life] of this.#byId) if (life.over) this.#byId.delete(orderId);
    this.#replaces.clear();
    return [...this.#byId.values()].filter(({ accepted }) => accepted);
  }

  get(orderId: string): OrderLifecycle | undefined {
    return this.#byId.get(orderId);
  }
}

/** True when the collar is calculated at the trigger. A buy also trades no further than its original price. */
export const isCollaredLater = ({ market, terms }: OrderLifecycle): boolean => market && terms.trigger !== undefined;

export const hasCondition = ({ terms }: OrderLifecycle): boolean =>
  terms.postOnly !== true && (terms.allOrNone === true || terms.minQty !== undefined);

/** Smallest quantity of one execution, with this quantity left. */
export function leastOf({ terms }: OrderLifecycle, left: number): number {
  return terms.allOrNone === true ? left : Math.min(terms.minQty ?? 0, left);
}
