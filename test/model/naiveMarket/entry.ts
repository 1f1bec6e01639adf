import type { CloseReason, ReplaceCommand, Waiting } from "../../../domain/matching/messages.ts";
import { withinBands } from "./bands.ts";
import { conditional, immediate, left, minimum, ofAuction, showable, untriggered } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { pegPrice } from "./pegs.ts";
import { holdToLimit } from "./priceLimit.ts";
import { countFor, nextFor, sweep, preventAuctionSelfTrade } from "./trade.ts";
import { elect, observes, reached, startWaiting, tellTriggered } from "./triggers.ts";
import { close, gathers, matches, rest, isEligible, isDelisted } from "./world.ts";
import type { World } from "./world.ts";

/** Makes the first report of an order that enters, with what it waits for, if anything. */
export type Announce = (waiting: Waiting | null) => void;

type Verdict = { readonly waits: Waiting } | { readonly ends: CloseReason } | null;

/** Enters an order as the newest one: it trades and rests, waits or ends. */
export function enter(world: World, order: NaiveOrder, announce: Announce): void {
  order.arrival = order.born = ++world.arrivals;
  order.where = "entering";
  if (order.expiresAt !== null && order.expiresAt <= world.now) {
    announce(null);
    return close(world, order, "expired");
  }
  if (isDelisted(world)) {
    announce(null);
    return close(world, order, "canceled", "delisted");
  }
  if (order.beyond) {
    announce(null);
    return close(world, order, "canceled", "price_limit");
  }
  if (!untriggered(order)) {
    holdToLimit(world, order);
    return admit(world, order, announce);
  }
  startWaiting(world, order);
  if (!observes(world) || world.last === null || !reached(world, order, world.last)) {
    announce("trigger");
    order.where = "trigger";
    return;
  }
  announce(null);
  elect(world, order);
  tellTriggered(world, order);
  holdToLimit(world, order);
  admit(world, order, () => undefined);
}

/** Enters an order that has no trigger or was triggered. */
export function admit(world: World, order: NaiveOrder, announce: Announce): void {
  order.arrival = order.hiddenSince = ++world.arrivals;
  order.at = ofAuction(order) ? order.price : withinBands(world, order, order.price);
  const verdict = verdictOn(world, order);
  announce(verdict !== null && "waits" in verdict ? verdict.waits : null);
  if (verdict !== null && "ends" in verdict) return close(world, order, "canceled", verdict.ends);
  if (verdict !== null) {
    if (verdict.waits === "auction" && preventAuctionSelfTrade(world, order)) {
      return close(world, order, "canceled", "self_trade");
    }
    order.where = verdict.waits;
    return;
  }
  if (matches(world)) trade(world, order);
  else if (preventAuctionSelfTrade(world, order)) close(world, order, "canceled", "self_trade");
  else rest(order, showable(order));
}

/** OB-23: whether a post-only order would be closed if it entered with these terms. */
export function wouldTake(world: World, order: NaiveOrder, asked: ReplaceCommand): boolean {
  const { price = order.price, trigger = order.trigger, expiresAt = order.expiresAt, qty = order.total } = asked;
  if (world.rules < 2 || order.where === "parent") return false;
  const stays = order.where === "book" && qty <= order.total && price === order.price;
  if (stays || (expiresAt !== null && expiresAt <= world.now)) return false;
  const next: NaiveOrder = { ...order, price, trigger, total: qty, where: "entering" };
  if (untriggered(next) && (!observes(world) || world.last === null || !reached(world, next, world.last))) return false;
  next.at = withinBands(world, next, price);
  const verdict = verdictOn(world, next);
  return verdict !== null && "ends" in verdict && verdict.ends === "post_only";
}

/** Trades an order as the incoming side; the quantity left rests, waits beside the book or is closed. */
export function trade(world: World, order: NaiveOrder): void {
  order.where = "entering";
  sweep(world, order);
  if (isOver(order)) return;
  if (order.market || immediate(order)) return close(world, order, "canceled", "unfilled");
  if (conditional(order)) order.where = "condition";
  else rest(order, showable(order));
}

const isOver = ({ where }: NaiveOrder): boolean => where === "over";

function verdictOn(world: World, order: NaiveOrder): Verdict {
  if (ofAuction(order)) return { waits: "auction" };
  if (!isEligible(world, order)) return immediate(order) ? { ends: "not_in_session" } : { waits: "session" };
  const condition = conditional(order);
  const { peg, postOnly } = order.terms;
  if (gathers(world)) {
    if (immediate(order) || (order.market && condition)) return { ends: "halted" };
    if (order.market) return { waits: "auction" };
    if (condition) return { waits: "condition" };
    return peg === undefined ? null : { waits: "peg" };
  }
  if (peg !== undefined) {
    const price = pegPrice(world, order);
    if (price === null) return immediate(order) ? { ends: "unfilled" } : { waits: "peg" };
    order.at = price;
  }
  if (order.timeInForce === "fok" && countFor(world, order) < left(order)) return { ends: "fill_or_kill" };
  if (condition && countFor(world, order) < minimum(order)) {
    return immediate(order) || order.market ? { ends: "min_qty" } : { waits: "condition" };
  }
  if (postOnly === true && nextFor(world, order) !== undefined) return { ends: "post_only" };
  return null;
}
