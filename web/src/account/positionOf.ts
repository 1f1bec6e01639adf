import { positions, type Position } from "./state.ts";

/** The position of a symbol. Positions name coins without a slash. */
export function positionOf(symbol: string): Position | null {
  return positions().get(symbol) ?? positions().get(symbol.replace("/", "")) ?? null;
}
