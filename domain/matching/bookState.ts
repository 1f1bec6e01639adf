import type { Side } from "../order/side.ts";
import type { Instrument } from "../market/instrument.ts";
import type { BreakerLevel } from "../market/breaker.ts";
import { luldTrade } from "../market/luld.ts";
import type { LuldState } from "../market/luld.ts";
import type { MarketStatus } from "../market/phase.ts";
import { endOfTradingDay } from "../market/session.ts";
import { ASK, LIVE, META, ORDER_SHIFT } from "./engine/orderPool.ts";
import { BUY, Engine } from "./engine/engine.ts";
import type { SideNumber } from "./engine/engine.ts";
import { Ladder } from "./engine/ladder.ts";
import type { BookReport, CloseReason, Trail } from "./messages.ts";
import { InternTable } from "./internTable.ts";
import { OrderIds } from "./orderIds.ts";
import { priceOf, scaleOf } from "./prices.ts";
import type { PriceScale } from "./prices.ts";
import type { ComplexOrder } from "./complexOrder.ts";
import { ExpiryQueue } from "./expiryQueue.ts";
import type { TrailingGroup } from "./trailingGroup.ts";

export interface LastTrade {
  readonly tradeId: number;
  readonly price: number;
  readonly qty: number;
  readonly at: number;
}

/** A trade and the book's sequence after it: the cursor of a subscriber that has received it. */
export interface NumberedTrade extends LastTrade {
  readonly sequence: number;
  /** Whether it was made in regular hours; left out of snapshots, as what follows. */
  readonly regular?: boolean;
  /** Refs of the resting and of the incoming order, and the side of the latter. Missing in an auction. */
  readonly maker?: number;
  readonly taker?: number;
  readonly takerSide?: SideNumber;
  /** It was made in the uncross of an auction. */
  readonly auction?: true;
}

/** An order that trades. */
export interface Party {
  readonly owner: string;
  readonly orderId: string;
  readonly ref: number;
}

/** Recent trades that are stored for subscribers that resume: about 40 bytes each in every snapshot. */
export const RECENT_TRADES = 2_048;

/** Receives what a book reports. */
export interface BookOutputs {
  report(owner: string, report: BookReport): void;
  trade(trade: NumberedTrade): void;
}

/** An incoming order. A simple one has no slot before it rests. */
export interface Incoming {
  readonly orderId: string;
  readonly owner: string;
  readonly ref: number;
  readonly side: SideNumber;
  /** Worst price it may trade at, in steps. */
  readonly limit: number;
  left: number;
  readonly complex: ComplexOrder | null;
  /** Budget left of a notional order, in cash ÷ lots per share. */
  budget?: bigint;
}

const NO_OUTPUTS: BookOutputs = { report: () => undefined, trade: () => undefined };

/** The state of the order book of one symbol. The functions of the other modules change it. */
export class BookState {
  readonly symbol: string;
  /** The instrument of the latest journal entry. Units of prices and quantities do not change with it. */
  instrument: Instrument;
  /** Version of the rules by which it matches. */
  rules: number;
  readonly scale: PriceScale;
  readonly engine: Engine;
  readonly ids = new OrderIds();
  readonly owners = new InternTable<string>();
  readonly expiries = new InternTable<number>();
  readonly expiring: ExpiryQueue;
  /** Total of each order, with what was filled, by slot. */
  totals = new Float64Array(256);
  /** The complex orders by slot; the slot of an iceberg's reserve refers to the same order. */
  readonly complexOrders = new Map<number, ComplexOrder>();

  /** Orders beside the book under a quantity condition, by side. */
  readonly conditions: readonly [Ladder, Ladder];
  /** Orders that a trade at or above their price elects, and at or below. */
  readonly rising: Ladder;
  readonly falling: Ladder;
  /** Groups of trailing stops by side: those that a new best price reaches next are last. */
  readonly trailing: readonly [TrailingGroup[], TrailingGroup[]] = [[], []];
  readonly pegged = new Set<ComplexOrder>();
  /** Best displayed prices in steps at which all pegged orders were at their price; null when that is not known. */
  pegsPricedAt: { readonly bid: number; readonly ask: number } | null = null;
  /** Orders that wait for an auction or a session, in order of arrival except for those that returned. */
  readonly auction = new Set<ComplexOrder>();
  readonly session = new Set<ComplexOrder>();
  /** Elected and activated orders that have not entered yet, oldest first. */
  readonly pendingEntry = new Set<ComplexOrder>();
  /** Reserves whose displayed part was used up by the current incoming order. */
  readonly toReplenish: ComplexOrder[] = [];
  /** First and last trade price of the current step, in price steps; 0 before its first trade. */
  cascadeFirstPrice = 0;
  cascadeLastPrice = 0;

  status: MarketStatus;
  /** The configured tier of the price bands, and their state in regular hours. */
  luldTier: 1 | 2 | null = null;
  luld: LuldState | null = null;
  /** Highest level of the market-wide breaker so far, and when it halted: each level halts once a trading day. */
  breaker: { readonly level: BreakerLevel; readonly at: number } | null = null;

  nextRef = 1;
  nextTradeId = 1;
  last: LastTrade | null = null;
  /** The newest trade of regular hours: the close of its trading day, which ends at `until`; `before`: that of an earlier day. */
  close: { price: number; until: number; before: number | null } | null = null;
  /** The reference of price limits and its end; null until the first order with a price limit (OB-38). */
  limitAnchor: { readonly price: number; readonly until: number } | null = null;
  /** The bounds in steps for one distance, cached because nearly every order has the same. */
  limitBounds: {
    readonly anchor: NonNullable<BookState["limitAnchor"]>;
    readonly within: number;
    readonly buy: number;
    readonly sell: number;
  } | null = null;
  /** The newest RECENT_TRADES trades, oldest first, and the sequence of the newest one that was dropped. */
  readonly recent: NumberedTrade[] = [];
  forgottenThrough = 0;
  /** Increases by one with every trade and every change of resting orders. */
  sequence = 0;
  changedAt = 0;

  /** Time of the current command. */
  now = 0;
  out: BookOutputs = NO_OUTPUTS;

  /** `engine`: the resting orders. */
  constructor(instrument: Instrument, status: MarketStatus, rules: number, engine = new Engine()) {
    this.symbol = instrument.symbol;
    this.rules = rules;
    this.engine = engine;
    this.instrument = instrument;
    this.scale = scaleOf(instrument);
    const { orders } = this.engine;
    this.conditions = [new Ladder(orders, true), new Ladder(orders, false)];
    this.rising = new Ladder(orders, false);
    this.falling = new Ladder(orders, true);
    this.status = status;
    this.expiring = new ExpiryQueue(orders, this.expiries);
  }

  /** When the next order expires; null when none does. */
  get earliestExpiry(): number | null {
    return this.expiring.earliest;
  }

  /** Whether incoming orders trade at once. */
  get matching(): boolean {
    return this.status.phase === "continuous";
  }

  /** True when the book accepts no orders: the symbol was delisted, or never listed. */
  get isDelisted(): boolean {
    return this.instrument.status === "delisted";
  }

  report(owner: string, report: BookReport): void {
    this.out.report(owner, report);
  }

  /** Records a trade of regular hours, including the closing auction, as the close of its day until a later trade. */
  noteClose(price: number): void {
    const { close, now } = this;
    if (close !== null && now < close.until) close.price = price;
    else this.close = { price, until: endOfTradingDay(now), before: close?.price ?? null };
  }

  reportClosed(
    owner: string,
    orderId: string,
    cause: "canceled" | "expired",
    reason: CloseReason | null,
    trail: { readonly trail?: Trail } = {},
  ): void {
    const anchor = reason === "price_limit" ? this.limitAnchor : null;
    const reference = anchor === null ? {} : { reference: anchor.price };
    const report = { kind: "closed", orderId, cause, ...trail, ...reference, at: this.now } as const;
    this.out.report(owner, reason === null ? report : { ...report, reason });
  }

  /** Notes a change of the book that subscribers can see. */
  markChanged(): void {
    this.sequence++;
    this.changedAt = this.now;
  }

  /** Registers the id, total and expiry of an order that has a slot; the caller puts it into a queue. */
  register(slot: number, orderId: string, total: number, expiresAt: number | null): void {
    this.ids.set(slot, orderId);
    this.registerWithoutId(slot, total, expiresAt);
  }

  /** The same for an order whose id is registered already. */
  registerWithoutId(slot: number, total: number, expiresAt: number | null): void {
    if (slot >= this.totals.length) {
      const longer = new Float64Array(this.engine.orders.capacity);
      longer.set(this.totals);
      this.totals = longer;
    }
    this.totals[slot] = total;
    this.engine.orders.expiries[slot] = expiresAt === null ? -1 : this.expiries.acquire(expiresAt);
    if (expiresAt !== null) this.expiring.add(slot);
  }

  /** Lets an order not expire. */
  clearExpiry(slot: number): void {
    const expiry = this.engine.orders.expiries[slot] ?? -1;
    if (expiry < 0) return;
    this.expiring.remove(slot);
    this.expiries.release(expiry);
    this.engine.orders.expiries[slot] = -1;
  }

  /** Unregisters an order that is in no queue. `released`: its slot is free already. */
  unregister(slot: number, released: boolean): void {
    const { orders } = this.engine;
    this.ids.delete(slot);
    this.owners.release(orders.owners[slot] ?? 0);
    this.clearExpiry(slot);
    if (this.complexOrders.size > 0) this.complexOrders.delete(slot);
    if (!released) orders.release(slot);
  }

  ownerOf(slot: number): string {
    return this.owners.value(this.engine.orders.owners[slot] ?? 0);
  }

  /** When the order of a slot expires; null when it does not. */
  expiryOf(slot: number): number | null {
    const expiry = this.engine.orders.expiries[slot] ?? -1;
    return expiry < 0 ? null : this.expiries.value(expiry);
  }

  totalOf(slot: number): number {
    return this.totals[slot] ?? 0;
  }

  /** Lots left of an order, including its reserve. */
  leavesOf(slot: number): number {
    const reserve = this.complexOrders.get(slot)?.reserve ?? -1;
    const { orders } = this.engine;
    return orders.leaves(slot) + (reserve < 0 ? 0 : orders.leaves(reserve));
  }

  sideOf(slot: number): SideNumber {
    const meta = this.engine.orders.i32[(slot << ORDER_SHIFT) + META] ?? 0;
    return (meta & ASK) === 0 ? 0 : 1;
  }

  isLive(slot: number): boolean {
    return ((this.engine.orders.i32[(slot << ORDER_SHIFT) + META] ?? 0) & LIVE) !== 0;
  }

  /** The ladder of a side: where orders of that side rest. */
  ladder(side: SideNumber): Ladder {
    return side === BUY ? this.engine.bids : this.engine.asks;
  }

  /** Price in 1/10,000 dollar. */
  price(steps: number): number {
    return priceOf(this.scale, steps);
  }

  /**
   * Records one trade: reports it to both owners, buyer or maker first, and publishes it. `takerSide`: the side of the
   * second one; null in an auction, which has no taker.
   */
  recordTrade(steps: number, qty: number, first: Party, second: Party, takerSide: SideNumber | null): void {
    const price = priceOf(this.scale, steps);
    const { now } = this;
    const tradeId = this.nextTradeId++;
    this.markChanged();
    this.last = { tradeId, price, qty, at: now };
    const regular = this.status.session === "regular";
    if (regular) this.noteClose(price);
    if (this.luld !== null && this.status.bands !== null) luldTrade(this.luld, price, now);
    if (this.cascadeFirstPrice === 0) this.cascadeFirstPrice = steps;
    this.cascadeLastPrice = steps;
    const [one, two] = takerSide === null ? (["auction", "auction"] as const) : (["maker", "taker"] as const);
    const { out } = this;
    out.report(first.owner, { kind: "fill", orderId: first.orderId, tradeId, price, qty, at: now, liquidity: one });
    out.report(second.owner, { kind: "fill", orderId: second.orderId, tradeId, price, qty, at: now, liquidity: two });
    const { sequence } = this;
    const numbered: NumberedTrade =
      takerSide === null
        ? { tradeId, price, qty, at: now, sequence, regular, auction: true }
        : { tradeId, price, qty, at: now, sequence, regular, maker: first.ref, taker: second.ref, takerSide };
    this.recent.push(numbered);
    if (this.recent.length > RECENT_TRADES) this.forgottenThrough = this.recent.shift()?.sequence ?? 0;
    out.trade(numbered);
  }
}

export function sideName(side: SideNumber): Side {
  return side === BUY ? "buy" : "sell";
}

export function sideNumber(side: Side): SideNumber {
  return side === "buy" ? 0 : 1;
}
