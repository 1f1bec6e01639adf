import type { SideNumber } from "./engine/engine.ts";
import type { Ladder } from "./engine/ladder.ts";
import { COMPLEX, DETACHED } from "./engine/orderPool.ts";
import type { BookState } from "./bookState.ts";
import type { ComplexOrder } from "./complexOrder.ts";
import { attach, detach, mark, write } from "./slots.ts";
import { TrailingGroup, keepsOrder, newTrailer, stopStep } from "./trailingGroup.ts";
import type { Trailer } from "./trailingGroup.ts";

/** Trailing stops that wait for their trigger (OB-28), in groups that follow the market. */

/** The best price since entry that a trailing stop has, in 1/10,000 dollar. */
export function bestOf({ trailer, best }: ComplexOrder): number {
  return trailer === null ? best : TrailingGroup.of(trailer).best;
}

/** The price in steps at which an order that waits for its trigger is elected. */
export function stopOf(m: BookState, { trailer, stop }: ComplexOrder): number {
  return trailer === null ? stop : TrailingGroup.of(trailer).stopOf(m.scale, trailer);
}

/** The stop price in steps for the best price of an order. */
export function trailingStep(m: BookState, complex: ComplexOrder): number {
  return stopStep(m.scale, m.instrument, complex.side, complex.best, trailTerms(complex));
}

/** Lets a trailing stop wait and follow the market, from the best price and the stop price that it has. */
export function follow(m: BookState, complex: ComplexOrder): void {
  const { slot, side, best, stop } = complex;
  // A stop price on the tick of an earlier instrument stays until there is a new best price.
  const isCurrent = stop === trailingStep(m, complex);
  const group = isCurrent ? groupAt(m, side, best) : insert(m, new TrailingGroup(side, best, m.instrument, stop));
  complex.queue = "trigger";
  write(m, slot, complex.ref, m.engine.orders.leaves(slot));
  mark(m, slot, complex.side, COMPLEX | DETACHED);
  complex.trailer = newTrailer(slot, trailTerms(complex), group);
  add(m, group, complex.trailer);
}

/** Removes a trailing stop from those that follow the market. It keeps its best price and its stop price. */
export function unfollow(m: BookState, complex: ComplexOrder): void {
  const { trailer, side } = complex;
  if (trailer === null) return;
  const group = TrailingGroup.of(trailer);
  complex.best = group.best;
  complex.stop = group.stopOf(m.scale, trailer);
  complex.trailer = null;
  const isLeader = group.leaderFor(trailer) === trailer;
  if (isLeader) leave(m, trailer, side);
  group.remove(trailer);
  if (!isLeader) return;
  const next = group.leaderFor(trailer);
  if (next !== null) lead(m, next);
  else if (group.isEmpty) discard(m, group);
}

/** Moves the stop prices that follow a trade price which is better than any since their entry. */
export function followPrice(m: BookState, price: number): void {
  for (const side of [0, 1] as const) {
    const groups = m.trailing[side];
    const passed: TrailingGroup[] = [];
    for (let last = groups.at(-1); last !== undefined && isBetter(side, price, last.best); last = groups.at(-1)) {
      passed.push(last);
      groups.pop();
    }
    if (passed.length > 0) moveTo(m, side, price, passed);
  }
}

function moveTo(m: BookState, side: SideNumber, price: number, passed: readonly TrailingGroup[]): void {
  for (const { leaders } of passed) for (const leader of leaders) leave(m, leader, side);
  if (!keepsOrder(m.instrument)) {
    for (const { trailers } of passed) {
      for (const trailer of trailers) {
        const single = insert(m, new TrailingGroup(side, price, m.instrument, null));
        add(m, single, Object.assign(trailer, { child: null, next: null, previous: null }));
      }
    }
    return;
  }
  const group = groupAt(m, side, price);
  for (const leader of group.leaders) leave(m, leader, side);
  for (const each of passed) group.absorb(each);
  for (const leader of group.leaders) lead(m, leader);
}

/** The group for a best price; a new one when there is none. */
function groupAt(m: BookState, side: SideNumber, best: number): TrailingGroup {
  const groups = m.trailing[side];
  if (keepsOrder(m.instrument)) {
    for (let nth = placeOf(groups, side, best) - 1; groups[nth]?.best === best; nth--) {
      const group = groups[nth];
      if (group?.instrument === m.instrument && group.stop === null) return group;
    }
  }
  return insert(m, new TrailingGroup(side, best, m.instrument, null));
}

function insert(m: BookState, group: TrailingGroup): TrailingGroup {
  const groups = m.trailing[group.side];
  groups.splice(placeOf(groups, group.side, group.best), 0, group);
  return group;
}

function discard(m: BookState, group: TrailingGroup): void {
  const groups = m.trailing[group.side];
  let place = placeOf(groups, group.side, group.best) - 1;
  while (groups[place] !== group) place--;
  groups.splice(place, 1);
}

/** The number of groups whose best price is this one or better: they come first. */
function placeOf(groups: readonly TrailingGroup[], side: SideNumber, best: number): number {
  let [from, to] = [0, groups.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isBetter(side, best, groups[middle]?.best ?? best)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Adds an order to a group; the leader of its kind waits in the ladder. */
function add(m: BookState, group: TrailingGroup, trailer: Trailer): void {
  const before = group.leaderFor(trailer);
  group.add(trailer);
  const leader = group.leaderFor(trailer);
  if (leader === before || leader === null) return;
  if (before !== null) leave(m, before, group.side);
  lead(m, leader);
}

function lead(m: BookState, leader: Trailer): void {
  const group = TrailingGroup.of(leader);
  attach(m, leader.slot);
  ladderFor(m, group.side).push(leader.slot, group.stopOf(m.scale, leader));
}

function leave(m: BookState, leader: Trailer, side: SideNumber): void {
  ladderFor(m, side).unlink(leader.slot);
  detach(m, leader.slot);
}

/** A buy is elected when the market rises, a sell when it falls. */
function ladderFor(m: BookState, side: SideNumber): Ladder {
  return side === 0 ? m.rising : m.falling;
}

function isBetter(side: SideNumber, price: number, best: number): boolean {
  return side === 1 ? price > best : price < best;
}

function trailTerms({ terms }: ComplexOrder): Trailer["trail"] {
  if (terms.trigger?.kind !== "trail") throw new Error("not a trailing stop");
  return terms.trigger;
}
