/** Lots that were sent to another account, which has not taken them: they are put back as they were. */
import type { SentLot } from "./lots.ts";
import { byAcquisition, type TaxLot, type TaxLots } from "./taxLot.ts";

/** Puts lots back with number, date, cost and what they had replaced. What was sold of them meanwhile stays sold. */
export function putBack(state: TaxLots, sent: readonly SentLot[]): void {
  for (const { lotId, acquiredAt, source, quantity, cost, replaced } of sent) {
    const place = state.lots.findIndex((lot) => byAcquisition(lot, { acquiredAt, lotId }) >= 0);
    const found = state.lots[place];
    if (found?.lotId === lotId) {
      found.quantity += quantity;
      found.cost += cost;
      found.replaced += replaced;
    } else {
      const lot: TaxLot = { lotId, acquiredAt, source, quantity, cost, replaced };
      state.lots.splice(place === -1 ? state.lots.length : place, 0, lot);
    }
    state.quantity += quantity;
    state.cost += cost;
  }
}
