/** The saved form of what an order has paid in fees: numbers, of which most orders have one row of ten. */
import type { OrderFees } from "./fillFees.ts";

export type SavedFees = readonly [
  lots: number,
  value: number,
  chargeUnits: number,
  chargeRest: number,
  rebateUnits: number,
  rebateRest: number,
  perShareUnits: number,
  perShareRest: number,
  paid: number,
  day: number,
  ...regulatory: (readonly [code: string, traded: number, paid: number])[],
];

export function saveFees(fees: OrderFees): SavedFees {
  const { lots, value, charges, rebates, perShare, paid, day, regulatory } = fees;
  return [
    lots,
    value,
    charges.units,
    charges.rest,
    rebates.units,
    rebates.rest,
    perShare.units,
    perShare.rest,
    paid,
    day,
    ...[...regulatory].map(([code, fee]) => [code, fee.traded, fee.paid] as const),
  ];
}

export function loadFees(saved: SavedFees): OrderFees {
  const [lots, value, chargeUnits, chargeRest, rebateUnits, rebateRest, shareUnits, shareRest, paid, day, ...fees] =
    saved;
  return {
    lots,
    value,
    charges: { units: chargeUnits, rest: chargeRest },
    rebates: { units: rebateUnits, rest: rebateRest },
    perShare: { units: shareUnits, rest: shareRest },
    paid,
    day,
    regulatory: new Map(fees.map(([code, traded, was]) => [code, { traded, paid: was }])),
  };
}
