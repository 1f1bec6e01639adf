import type { NumberedTrade } from "../../domain/matching/bookState.ts";
import type { Projection } from "../actor/projection.ts";

/** Several projections of a book's trades, which are written together: the journal has one mark for all. */
export function projections(parts: readonly Projection<NumberedTrade>[]): Projection<NumberedTrade> {
  return {
    add: (trade) => {
      for (const part of parts) part.add(trade);
    },
    get isDue() {
      return parts.some((part) => part.isDue);
    },
    write: () => {
      for (const part of parts) part.write();
    },
  };
}
