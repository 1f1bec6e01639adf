import { withinBands } from "./bands.ts";
import { otherSide } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { bestDisplayed } from "./world.ts";
import type { World } from "./world.ts";

/** OB-29: the current price of a pegged order; null without its reference. */
export function pegPrice(world: World, order: NaiveOrder): number | null {
  const { side, price, terms } = order;
  if (terms.peg === undefined) throw new Error("not a pegged order");
  const { to, offset } = terms.peg;
  const own = bestDisplayed(world, side);
  const other = bestDisplayed(world, otherSide(side));
  if (own === null || (to === "mid" && other === null)) return null;
  const point = to === "primary" ? own : (own + (other ?? own)) / 2;
  const wanted =
    side === "buy"
      ? Math.min(onStep(point - offset, Math.floor), price)
      : Math.max(onStep(point + offset, Math.ceil), price);
  return withinBands(world, order, wanted);
}

/** The price step: 1/10,000 dollar below a dollar, half a cent from a dollar on. */
function onStep(price: number, round: (steps: number) => number): number {
  return price < 10_000 ? round(price) : round(price / 50) * 50;
}

/** The oldest pegged order that is not at its current price, and that price. */
export function misplacedPeg(world: World): { order: NaiveOrder; price: number | null } | undefined {
  return world.orders
    .filter(({ terms, where }) => terms.peg !== undefined && (where === "book" || where === "peg"))
    .sort((a, b) => a.born - b.born)
    .map((order) => ({ order, price: pegPrice(world, order) }))
    .find(({ order, price }) => price !== (order.where === "book" ? order.at : null));
}
