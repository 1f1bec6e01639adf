import type { MarketEntry, Phase } from "../../../domain/market/phase.ts";
import { uncross } from "./auction.ts";
import { beginBands, pauseUntil } from "./bands.ts";
import { enter } from "./entry.ts";
import { activated, runCascade, step } from "./cascade.ts";
import { observe } from "./triggers.ts";
import { inPriorityOrder } from "./trade.ts";
import { close, gathers, isDelisted, isEligible } from "./world.ts";
import type { World } from "./world.ts";

/** Applies an entry of the market. Orders that were due have expired before. */
export function applyMarketEntry(world: World, entry: MarketEntry): void {
  if (entry.kind === "configure") {
    world.calendar = entry.calendar;
    if (entry.luldTier !== world.tier) {
      world.tier = entry.luldTier;
      beginBands(world);
    }
  }
  if (entry.kind === "instrument" && entry.instrument.version > world.instrument.version) {
    world.instrument = entry.instrument;
    if (isDelisted(world)) delist(world);
  }
  if (isDelisted(world) && (entry.kind !== "phase" || entry.phase !== "halted")) return;
  if (entry.kind === "halt" && world.phase !== "closed") {
    begin(world, "halted", entry.until);
    world.halt = entry.reason;
  }
  if (entry.kind === "resume" && world.phase === "halted") begin(world, "reopening_auction", entry.until);
  if (entry.kind !== "phase") return;
  // Gathered orders may be crossed, so an uncross must come before matching.
  const needed = gathers(world) && entry.phase === "continuous" ? "reopening" : undefined;
  const auction = entry.uncross ?? needed;
  if (auction !== undefined) leavePegs(world);
  const price = auction === undefined ? null : uncross(world, auction);
  world.session = entry.session;
  begin(world, entry.phase, entry.until);
  if (price !== null) observe(world, price);
  runCascade(world);
  join(world);
}

/** MK-23: all open orders are closed, in the order of expiry; then nothing matches any more. */
function delist(world: World): void {
  while (world.orders.length > 0) {
    for (const order of inPriorityOrder(world)) {
      if (order.where !== "over") close(world, order, "canceled", "delisted");
    }
  }
  world.queue.length = 0;
  world.tier = null;
  begin(world, "halted", null);
  world.halt = "delisted";
}

/** Pegged orders are not eligible in an auction, also when no phase gathered orders for it. */
function leavePegs(world: World): void {
  for (const order of world.orders) {
    if (order.where === "book" && order.terms.peg !== undefined) Object.assign(order, { where: "peg", shown: 0 });
  }
}

/** OB-35: pauses the market after a long limit state, before anything else happens. */
export function pauseWhenDue(world: World): void {
  const until = pauseUntil(world);
  if (until === null) return;
  begin(world, "halted", until);
  world.halt = "luld";
}

function begin(world: World, phase: Phase, until: number | null): void {
  const halt = phase === "halted" ? world.halt : null;
  Object.assign(world, { phase, until, since: world.now, halt });
  for (const order of world.orders) {
    const live = order.where === "book" || order.where === "condition" || order.where === "peg";
    if (!live) continue;
    if (!isEligible(world, order)) order.where = "session";
    else if (gathers(world) && order.terms.peg !== undefined) order.where = "peg";
    if (order.where !== "book") order.shown = 0;
  }
  beginBands(world);
}

/** OB-33: orders that are eligible now enter in order of arrival. */
function join(world: World): void {
  const waiting = world.orders.filter(({ where }) => where === "session").sort((a, b) => a.arrival - b.arrival);
  for (const order of waiting) {
    if (order.where !== "session" || !isEligible(world, order)) continue;
    step(world, () => enter(world, order, activated(world, order)));
    runCascade(world);
  }
}
