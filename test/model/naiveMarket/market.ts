import type { Side } from "../../../domain/order/side.ts";
import type { Indicative, MarketEntry, MarketStatus } from "../../../domain/market/phase.ts";
import type { BookCommand, NewOrderCommand, ReplaceCommand, Waiting } from "../../../domain/matching/messages.ts";
import { RULES } from "../../../domain/matching/rules.ts";
import { indicative } from "./auction.ts";
import { enter, wouldTake } from "./entry.ts";
import type { Announce } from "./entry.ts";
import { left, legOf, newOrder, otherSide, untriggered } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { applyMarketEntry, pauseWhenDue } from "./phases.ts";
import { limitReference, withinLimit } from "./priceLimit.ts";
import { runCascade, step } from "./cascade.ts";
import { changeLinked, inPriorityOrder, partsOf } from "./trade.ts";
import type { Part } from "./trade.ts";
import { elect, observes, reached, startWaiting } from "./triggers.ts";
import { close, newWorld, report } from "./world.ts";
import type { SentReport, World } from "./world.ts";

/**
 * The market of one symbol, written from docs/matching.md: one list of orders that is searched from the start each time.
 * It is slow and simple, as the reference for the real market.
 */
export class NaiveMarket {
  readonly world: World;

  constructor(symbol: string, rules = RULES) {
    this.world = newWorld(symbol, rules);
  }

  /** Applies one command and returns the reports in order. Orders that were due expire first. */
  apply(owner: string, command: BookCommand, now: number): SentReport[] {
    return this.#run(now, (world) => {
      if (command.kind === "new") step(world, () => submit(world, owner, command));
      else if (command.kind === "replace") step(world, () => replace(world, owner, command));
      else cancel(world, owner, command.orderId);
      runCascade(world);
    });
  }

  /** Applies an entry of the market. */
  enter(entry: MarketEntry, now: number): SentReport[] {
    if (entry.kind === "rules") {
      this.world.rules = entry.version;
      return [];
    }
    return this.#run(now, (world) => {
      applyMarketEntry(world, entry);
      runCascade(world);
    });
  }

  expire(now: number): SentReport[] {
    return this.enter({ kind: "expire" }, now);
  }

  /** One side of the book in the order in which it would trade, without orders that wait. */
  parts(side: Side): Part[] {
    return partsOf(this.world.orders, side).filter(({ order }) => order.where === "book");
  }

  /** Depth: displayed lots by price, best first. */
  levels(side: Side): { price: number; qty: number; orders: number }[] {
    const levels: { price: number; qty: number; orders: number }[] = [];
    for (const { order, rank, qty } of this.parts(side)) {
      if (rank !== "displayed") continue;
      const level = levels.find(({ price }) => price === order.at);
      if (level === undefined) levels.push({ price: order.at, qty, orders: 1 });
      else Object.assign(level, { qty: level.qty + qty, orders: level.orders + 1 });
    }
    return levels;
  }

  /** Indicative result of an auction; null when orders do not gather. */
  indicative(): Indicative | null {
    const { phase } = this.world;
    if (phase === "continuous" || phase === "closed") return null;
    if (phase === "closing_auction") return indicative(this.world, "closing");
    return indicative(this.world, phase === "halted" || phase === "reopening_auction" ? "reopening" : "opening");
  }

  status(): MarketStatus {
    const { phase, session, since, until, halt, calendar, bands, luld } = this.world;
    const limitState = bands === null ? null : (luld?.limitState ?? null);
    return { phase, session, since, until, halt, calendar, bands, limitState };
  }

  #run(now: number, what: (world: World) => void): SentReport[] {
    const { world } = this;
    world.now = now;
    world.reports = [];
    expireDue(world);
    // Expired orders may have ended the limit state; then the bands are updated.
    runCascade(world);
    pauseWhenDue(world);
    what(world);
    return world.reports;
  }
}

/** Expires orders that are due. */
function expireDue(world: World): void {
  for (const order of inPriorityOrder(world)) {
    const due = order.expiresAt !== null && order.expiresAt <= world.now;
    if (due && order.where !== "over") close(world, order, "expired");
  }
  runCascade(world);
}

function submit(world: World, owner: string, command: NewOrderCommand): void {
  const order = newOrder(owner, command);
  const oco = command.orderClass === "oco";
  const legs = (command.legs ?? []).map((leg) => legOf(order, oco ? order.side : otherSide(order.side), leg));
  const [first, second] = oco ? [order, legs[0]] : legs;
  if (first !== undefined && second !== undefined) {
    first.linked = second;
    second.linked = first;
  }
  if (!oco) order.legs = legs;
  const counts = !command.market && command.trigger === undefined;
  order.beyond = counts && withinLimit(world, order.side, order.price, command.within) !== order.price;
  world.orders.push(order, ...legs);
  enter(world, order, (waiting) => {
    report(world, order, { kind: "accepted", ...waitingFor(waiting) });
    for (const leg of legs) {
      if (oco) waitForTrigger(world, leg);
      else holdBack(world, leg);
    }
  });
}

const waitingFor = (waiting: Waiting | null) => (waiting === null ? {} : { waiting });

function holdBack(world: World, leg: NaiveOrder): void {
  leg.arrival = ++world.arrivals;
  leg.where = "parent";
  report(world, leg, { kind: "accepted", waiting: "parent" });
}

/** The stop loss of an OCO begins to wait before the take profit trades. */
function waitForTrigger(world: World, leg: NaiveOrder): void {
  leg.arrival = ++world.arrivals;
  leg.where = "trigger";
  startWaiting(world, leg);
  report(world, leg, { kind: "accepted", waiting: "trigger" });
  if (!observes(world) || world.last === null || !reached(world, leg, world.last)) return;
  elect(world, leg);
  world.queue.push(leg);
}

function cancel(world: World, owner: string, orderId: string): void {
  const order = world.orders.find((live) => live.orderId === orderId && live.owner === owner);
  if (order !== undefined) close(world, order, "canceled");
}

/** OB-20. */
function replace(world: World, owner: string, command: ReplaceCommand): void {
  const { orderId, newOrderId, qty, price, trigger } = command;
  const order = world.orders.find((live) => live.orderId === orderId && live.owner === owner);
  const restated = order !== undefined && (command.expectedQty ?? order.total) !== order.total;
  const refused =
    order === undefined ||
    restated ||
    (qty !== undefined && qty <= order.traded) ||
    (trigger !== undefined && !untriggered(order));
  if (refused) {
    const report = { kind: "replace_rejected", orderId, newOrderId, at: world.now } as const;
    world.reports.push({ owner, report });
    return;
  }
  const counts = !order.market && order.where !== "parent" && !untriggered(order);
  if (counts && price !== undefined && withinLimit(world, order.side, price, command.within) !== price) {
    const measured = { reason: "price_limit", reference: limitReference(world) } as const;
    world.reports.push({
      owner,
      report: { kind: "replace_rejected", orderId, newOrderId, ...measured, at: world.now },
    });
    return;
  }
  const by = (qty ?? order.total) - order.total;
  if (wouldTake(world, order, command)) {
    const report = { kind: "replace_rejected", orderId, newOrderId, reason: "post_only", at: world.now } as const;
    world.reports.push({ owner, report });
    return;
  }
  const stays = order.where === "book" && by <= 0 && (price ?? order.price) === order.price;
  if (command.timeInForce !== undefined) order.timeInForce = command.timeInForce;
  if (command.expiresAt !== undefined) order.expiresAt = command.expiresAt;
  if (trigger !== undefined) Object.assign(order, { trigger, best: 0 });
  order.price = price ?? order.price;
  order.total += by;
  if (!stays && command.selfTrade !== undefined) order.terms = { selfTrade: command.selfTrade, ...order.terms };
  const announce: Announce = (waiting) => {
    report(world, order, { kind: "replaced", newOrderId, ...waitingFor(waiting) });
    order.orderId = newOrderId;
    if (by !== 0) changeLinked(world, order, by);
  };
  if (stays) {
    order.shown = Math.min(order.shown, left(order));
    announce(null);
  } else if (order.where === "parent") {
    order.arrival = ++world.arrivals;
    announce("parent");
  } else {
    order.shown = 0;
    enter(world, order, announce);
    // A linked leg that became larger is behind the order that was replaced.
    const grown = by > 0 ? order.linked : null;
    if (grown?.where === "book") grown.arrival = grown.shownSince = grown.hiddenSince = ++world.arrivals;
  }
}
