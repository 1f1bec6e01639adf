import type { Side } from "../../../domain/order/side.ts";
import { requireInstrument } from "../../../domain/market/listing.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { LuldState, LuldTier } from "../../../domain/market/luld.ts";
import type { Bands, CalendarName, HaltReason, Phase, Session } from "../../../domain/market/phase.ts";
import type { BookReport, CloseReason, Trail } from "../../../domain/matching/messages.ts";
import { compareForSide, left } from "./order.ts";
import { triggerPrice } from "./trail.ts";
import type { NaiveOrder } from "./order.ts";

/** A report and its receiving account. */
export interface SentReport {
  readonly owner: string;
  readonly report: BookReport;
}

/** The state of a naive market. Lists are searched from the start each time. */
export interface World {
  /** Version of the rules. */
  rules: number;
  instrument: Instrument;
  orders: NaiveOrder[];
  /** Elected and activated orders that are about to enter. */
  readonly queue: NaiveOrder[];
  /** Reserves whose displayed part was used up in this step. */
  readonly ranOut: NaiveOrder[];
  /** Prices of the trades of the step. */
  readonly stepPrices: number[];
  arrivals: number;
  trades: number;
  last: number | null;
  /** OB-38: the reference of price limits, and its end. */
  anchor: { price: number; readonly until: number } | null;
  phase: Phase;
  session: Session;
  calendar: CalendarName;
  since: number;
  until: number | null;
  halt: HaltReason | null;
  /** The price bands; null while none are in effect. */
  bands: Bands | null;
  tier: LuldTier | null;
  luld: LuldState | null;
  now: number;
  reports: SentReport[];
}

export function newWorld(symbol: string, rules: number): World {
  return {
    rules,
    instrument: requireInstrument(symbol),
    orders: [],
    queue: [],
    ranOut: [],
    stepPrices: [],
    arrivals: 0,
    trades: 0,
    last: null,
    anchor: null,
    phase: "continuous",
    session: "regular",
    calendar: "always",
    since: 0,
    until: null,
    halt: null,
    bands: null,
    tier: null,
    luld: null,
    now: 0,
    reports: [],
  };
}

export const matches = ({ phase }: World): boolean => phase === "continuous";
export const isDelisted = ({ instrument }: World): boolean => instrument.status === "delisted";
export const gathers = ({ phase }: World): boolean => phase !== "continuous" && phase !== "closed";
export const regular = ({ calendar, session }: World): boolean => calendar === "always" || session === "regular";
export const reference = ({ last, instrument }: World): number => last ?? instrument.referencePrice;

/** OB-33: whether an order is eligible now. */
export function isEligible(world: World, order: NaiveOrder): boolean {
  if (regular(world) || world.phase === "pre_open" || world.phase === "opening_auction") return true;
  return order.terms.extended === true && world.session !== "closed";
}

const TRAILED: readonly BookReport["kind"][] = ["accepted", "replaced", "triggered", "closed"];

/** OB-28: reports that have the trail of a trailing stop that follows the market. */
function trailOf(world: World, order: NaiveOrder, kind: BookReport["kind"]): { trail?: Trail } {
  if (world.rules < 2 || order.trigger?.kind !== "trail" || order.best === 0 || !TRAILED.includes(kind)) return {};
  return { trail: { best: order.best, stop: triggerPrice(world, order) } };
}

type Each<T> = T extends unknown ? Omit<T, "orderId" | "at"> : never;

export function report(world: World, order: NaiveOrder, report: Each<BookReport>): void {
  const facts = {
    ...report,
    ...trailOf(world, order, report.kind),
    orderId: order.orderId,
    at: world.now,
  } as BookReport;
  world.reports.push({ owner: order.owner, report: facts });
}

/** Closes an order that is not filled, and its linked orders (OB-30). */
export function close(world: World, order: NaiveOrder, cause: "canceled" | "expired", reason?: CloseReason): void {
  removeOrder(world, order);
  const measured = reason === "price_limit" && world.anchor !== null ? { reference: world.anchor.price } : {};
  report(world, order, { kind: "closed", cause, ...measured, ...(reason === undefined ? {} : { reason }) });
  if (order.linked !== null && order.linked.where !== "over" && reason !== "parent") {
    close(world, order.linked, cause, "linked");
  }
  // OB-30: the legs sell what it has bought.
  const covers = world.rules >= 2 && order.traded > 0;
  for (const leg of order.legs) {
    if (leg.where !== "over" && !covers) close(world, leg, cause, "parent");
    if (leg.where === "parent" && covers) cover(world, leg, order.traded);
  }
}

/** Activates a leg of an order that ended with this quantity filled, and reduces it to that quantity. */
function cover(world: World, leg: NaiveOrder, filled: number): void {
  world.queue.push(leg);
  if (leg.total <= filled) return;
  leg.total = filled;
  report(world, leg, { kind: "restated", qty: filled, reason: "linked" });
}

export function removeOrder(world: World, order: NaiveOrder): void {
  order.where = "over";
  world.orders = world.orders.filter((other) => other !== order);
}

/** Puts an order into the book at its price. */
export function rest(order: NaiveOrder, shown: number): void {
  order.where = "book";
  order.shown = shown;
  order.shownSince = order.hiddenSince = order.arrival;
}

/** Refills reserves, in the order in which their displayed parts were used up (OB-22). */
export function replenishReserves(world: World): void {
  for (const order of world.ranOut.splice(0)) {
    if (order.where !== "book" || order.shown > 0) continue;
    order.shown = Math.min(order.terms.display ?? 0, left(order));
    order.shownSince = ++world.arrivals;
  }
}

/** Best displayed price of a side; null when nothing is displayed. */
export function bestDisplayed(world: World, side: Side): number | null {
  const shown = world.orders.filter((order) => order.side === side && order.where === "book" && order.shown > 0);
  return shown.map(({ at }) => at).sort((a, b) => compareForSide(side, a, b))[0] ?? null;
}
