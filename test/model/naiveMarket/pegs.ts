import { otherSide } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { bestDisplayed } from "./world.ts";
import type { World } from "./world.ts";

/** OB-29: where a pegged order stands now; null without its reference. */
export function pegPrice(world: World, { side, price, terms }: NaiveOrder): number | null {
  if (terms.peg === undefined) throw new Error("not a pegged order");
  const { to, offset } = terms.peg;
  const own = bestDisplayed(world, side);
  const other = bestDisplayed(world, otherSide(side));
  if (own === null || (to === "mid" && other === null)) return null;
  const middle = (own + (other ?? own)) / 2;
  const point = to === "primary" ? own : side === "buy" ? Math.floor(middle) : Math.ceil(middle);
  return side === "buy" ? Math.min(point - offset, price) : Math.max(point + offset, price);
}

/** The oldest pegged order that is not at its price, and that price. */
export function misplacedPeg(world: World): { order: NaiveOrder; price: number | null } | undefined {
  return world.orders
    .filter(({ terms, where }) => terms.peg !== undefined && (where === "book" || where === "peg"))
    .sort((a, b) => a.born - b.born)
    .map((order) => ({ order, price: pegPrice(world, order) }))
    .find(({ order, price }) => price !== (order.where === "book" ? order.at : null));
}
