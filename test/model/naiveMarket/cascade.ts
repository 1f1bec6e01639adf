import { followBands } from "./bands.ts";
import { admit, enter, trade } from "./entry.ts";
import { compareForSide, minimum } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { misplacedPeg } from "./pegs.ts";
import { countFor } from "./trade.ts";
import { holdToLimit } from "./priceLimit.ts";
import { observe, tellTriggered } from "./triggers.ts";
import { matches, replenishReserves, report } from "./world.ts";
import type { World } from "./world.ts";

/** OB-32, 1: one order trades as the incoming side; then reserves are refilled and orders elected. */
export function step(world: World, incoming: () => void): void {
  world.stepPrices.length = 0;
  incoming();
  replenishReserves(world);
  const [first] = world.stepPrices;
  const last = world.stepPrices.at(-1);
  if (first !== undefined) observe(world, first);
  if (last !== undefined) observe(world, last);
}

/** OB-32, 2 to 5. */
export function runCascade(world: World): void {
  for (;;) {
    drainQueue(world);
    if (!matches(world)) return;
    followBands(world);
    const peg = misplacedPeg(world);
    if (peg !== undefined) {
      repricePeg(world, peg.order, peg.price);
      continue;
    }
    const order = executableCondition(world);
    if (order === undefined) return;
    step(world, () => trade(world, order));
  }
}

function drainQueue(world: World): void {
  for (let order = world.queue.shift(); order !== undefined; order = world.queue.shift()) {
    const next = order;
    if (next.where === "over") continue;
    step(world, () => {
      if (next.where === "parent") return enter(world, next, activated(world, next));
      tellTriggered(world, next);
      holdToLimit(world, next);
      admit(world, next, () => undefined);
    });
  }
}

/** Continues with an order that waited for its parent or its session. */
export function activated(world: World, order: NaiveOrder) {
  return (waiting: NaiveOrder["where"] | null): void => {
    const next = waiting === null ? {} : { waiting };
    report(world, order, { kind: "activated", ...next } as Parameters<typeof report>[2]);
  };
}

function repricePeg(world: World, order: NaiveOrder, price: number | null): void {
  order.shown = 0;
  if (price === null) {
    order.where = "peg";
    return;
  }
  step(world, () => {
    order.where = "entering";
    admit(world, order, () => undefined);
  });
}

/** OB-32, 4: the first conditional order that can execute its minimum. */
function executableCondition(world: World): NaiveOrder | undefined {
  const waiting = world.orders.filter(({ where }) => where === "condition");
  for (const side of ["buy", "sell"] as const) {
    const ofSide = waiting.filter((order) => order.side === side);
    ofSide.sort((a, b) => compareForSide(side, a.at, b.at) || a.hiddenSince - b.hiddenSince);
    const first = ofSide.find((order) => countFor(world, order) >= minimum(order));
    if (first !== undefined) return first;
  }
  return undefined;
}
