/** Seeded commands of a busy book: resting orders, cancels, and orders that trade with resting ones. */
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import { seededRandom } from "../../test/rig/random.ts";

/** One account of the flow. */
export interface FlowAccount {
  readonly address: string;
  /** Ids of its orders that rest or are in flight to the book. */
  readonly orders: string[];
}

export interface FlowShape {
  readonly accounts: number;
  /** Orders that rest once the book is filled. */
  readonly resting: number;
  readonly seed: number;
}

const TICK = 100;
const MIDDLE = 26_800 * TICK;
/** Mean distance of resting orders from the midpoint, in ticks: most are near it, some far away. */
const SPREAD_TICKS = 400;
const SHARE = 1_000_000;
/** One command in ten trades. */
const TAKING = 0.1;
const DAY_MS = 86_400_000;

interface Live {
  readonly account: FlowAccount;
  left: number;
}

export class Flow {
  readonly accounts: readonly FlowAccount[];
  readonly #shape: FlowShape;
  readonly #random: () => number;
  readonly #live = new Map<string, Live>();

  constructor(shape: FlowShape) {
    this.#shape = shape;
    this.#random = seededRandom(shape.seed);
    this.accounts = Array.from({ length: shape.accounts }, () => ({ address: `account/${this.#uuid()}`, orders: [] }));
  }

  /** Orders that rest or are in flight to the book. */
  get resting(): number {
    return this.#live.size;
  }

  /** The next command of this account; `now` in epoch milliseconds. */
  next(account: FlowAccount, now: number): BookCommand {
    const side = this.#random() < 0.5 ? "buy" : "sell";
    const away = side === "buy" ? -TICK : TICK;
    const orderId = this.#uuid();
    if (this.#random() < TAKING) {
      const price = MIDDLE - away * 5 * SPREAD_TICKS;
      const qty = (1 + Math.floor(this.#random() * 300)) * SHARE;
      return { kind: "new", orderId, side, price, qty, timeInForce: "ioc", market: false, expiresAt: null };
    }
    if (this.#live.size >= this.#shape.resting && account.orders.length > 0) {
      const nth = Math.floor(this.#random() * account.orders.length);
      return { kind: "cancel", orderId: account.orders[nth] ?? "" };
    }
    const ticks = 1 + Math.floor(-Math.log(1 - this.#random()) * SPREAD_TICKS);
    const qty = (1 + Math.floor(this.#random() * 500)) * SHARE;
    const day = this.#random() < 0.5;
    const expiresAt = day ? (Math.floor(now / DAY_MS) + 2) * DAY_MS : null;
    this.#live.set(orderId, { account, left: qty });
    account.orders.push(orderId);
    const timeInForce = day ? "day" : "gtc";
    return { kind: "new", orderId, side, price: MIDDLE + away * ticks, qty, timeInForce, market: false, expiresAt };
  }

  /** A report has reached its account. */
  settle(report: BookReport): void {
    const live = this.#live.get(report.orderId);
    if (live === undefined || report.kind === "accepted") return;
    live.left = report.kind === "fill" ? live.left - report.qty : 0;
    if (live.left > 0) return;
    this.#live.delete(report.orderId);
    const { orders } = live.account;
    orders.splice(orders.indexOf(report.orderId), 1);
  }

  #uuid(): string {
    const hex = Array.from({ length: 4 }, () =>
      Math.floor(this.#random() * 2 ** 32)
        .toString(16)
        .padStart(8, "0"),
    );
    const all = hex.join("");
    return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-a${all.slice(17, 20)}-${all.slice(20)}`;
  }
}
