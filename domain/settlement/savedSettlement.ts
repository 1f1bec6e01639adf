/** The saved form of a settlement record: a few numbers, and a row for each purchase that is not paid for. */
import type { Settlement } from "./settlement.ts";
import type { ViolationKind } from "./violations.ts";

export interface SavedSettlement {
  readonly day: number;
  readonly settled: number;
  readonly unsettled?: readonly (readonly [day: number, amount: number])[];
  readonly unpaid?: readonly (readonly [
    symbol: string,
    boughtOn: number,
    paidOn: number | null,
    lots: number,
    counted: 0 | 1,
  ])[];
  readonly violations?: readonly (readonly [day: number, kind: ViolationKind])[];
  readonly restrictedThrough?: number;
}

/** Empty fields are left out. */
export function saveSettlement({ day, settled, unsettled, unpaid, violations }: Settlement): SavedSettlement {
  const { newest, restrictedThrough } = violations;
  const rows = [...unpaid].flatMap(([symbol, purchases]) =>
    purchases.map(({ boughtOn, paidOn, lots, counted }) => [symbol, boughtOn, paidOn, lots, counted ? 1 : 0] as const),
  );
  return {
    day,
    settled,
    ...(unsettled.length > 0 && { unsettled: unsettled.map((one) => [one.day, one.amount] as const) }),
    ...(rows.length > 0 && { unpaid: rows }),
    ...(newest.length > 0 && { violations: newest.map((one) => [one.day, one.kind] as const) }),
    ...(restrictedThrough !== null && { restrictedThrough }),
  };
}

export function loadSettlement(saved: SavedSettlement): Settlement {
  const unpaid: Settlement["unpaid"] = new Map();
  for (const [symbol, boughtOn, paidOn, lots, counted] of saved.unpaid ?? []) {
    const purchases = unpaid.get(symbol) ?? [];
    purchases.push({ boughtOn, paidOn, lots, counted: counted === 1 });
    unpaid.set(symbol, purchases);
  }
  return {
    day: saved.day,
    settled: saved.settled,
    unsettled: (saved.unsettled ?? []).map(([day, amount]) => ({ day, amount })),
    unpaid,
    violations: {
      newest: (saved.violations ?? []).map(([day, kind]) => ({ day, kind })),
      restrictedThrough: saved.restrictedThrough ?? null,
    },
  };
}
