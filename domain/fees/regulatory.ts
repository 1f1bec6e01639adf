/**
 * Fees of regulators that a broker passes through, by effective date. A fee is computed for the fills of one order on one
 * trading day together, as for a trade confirmation, and rounded up to a cent, as brokers do (DriveWealth, M1; Alpaca rounds
 * up per account and day). FINRA allows the account-level confirmation as the trade of its cap (Trading Activity Fee FAQ,
 * A200.17).
 */
import { CENT } from "../market/instrument.ts";
import { dayOf } from "../market/newYork.ts";

/** A rate that is in force from a trading day on. */
export interface RegulatoryRate {
  /** Trading day, numbered from 1970-01-01. */
  readonly from: number;
  /** Of value: in cents per million dollars. Per share: in 1/1,000,000 dollar. */
  readonly rate: number;
  /** The most for an order on a day, in 1/10,000 dollar; null: no cap. */
  readonly cap: number | null;
  /** Where the rate was published; not kept in journals. */
  readonly source?: string;
}

export interface RegulatoryFee {
  /** Name of the item in a list of fees. */
  readonly code: string;
  readonly sides: "sell" | "both";
  readonly basis: "value" | "share";
  /** By ascending date. Before the first there is no fee. */
  readonly rates: readonly RegulatoryRate[];
}

/** Section 31 of the Securities Exchange Act: the fee on the value of sales that exchanges pay to the SEC. */
export const SEC_FEE: RegulatoryFee = {
  code: "sec",
  sides: "sell",
  basis: "value",
  rates: [
    { from: dayOf(2023, 2, 27), rate: 800, cap: null, source: "SEC release 34-96724, 88 FR 5051" },
    { from: dayOf(2024, 5, 22), rate: 2780, cap: null, source: "SEC release 34-99973, 89 FR 29402" },
    { from: dayOf(2025, 5, 14), rate: 0, cap: null, source: "SEC release 34-102779, 90 FR 15492" },
    { from: dayOf(2026, 4, 4), rate: 2060, cap: null, source: "SEC release 34-104909, 91 FR 10643" },
  ],
};

/**
 * FINRA's Trading Activity Fee on sales of shares (Schedule A to the By-Laws, section 1). FINRA charges none in the last
 * quarter of 2026; from 2027 the rate of 2026 is in force again, and FINRA has postponed the next steps beyond 2028.
 */
export const TRADING_ACTIVITY_FEE: RegulatoryFee = {
  code: "taf",
  sides: "sell",
  basis: "share",
  rates: [
    { from: dayOf(2024, 1, 1), rate: 166, cap: 83_000, source: "FINRA By-Laws, Schedule A, section 1 (2024)" },
    {
      from: dayOf(2026, 1, 1),
      rate: 195,
      cap: 97_900,
      source: "SR-FINRA-2024-019, SEC release 34-101696, 89 FR 93709",
    },
    { from: dayOf(2026, 10, 1), rate: 0, cap: null, source: "SR-FINRA-2026-021, SEC release 34-106409, 91 FR 60435" },
    {
      from: dayOf(2027, 1, 1),
      rate: 195,
      cap: 97_900,
      source: "SR-FINRA-2026-021; held through 2028 by SR-FINRA-2026-020",
    },
  ],
};

/**
 * What a US broker passes through for shares. The fee of the Consolidated Audit Trail is not part of it: it is charged to
 * brokers, for purchases and sales ($0.000003 a share since May 2026), and not every broker passes it on.
 */
export const US_EQUITY_FEES: readonly RegulatoryFee[] = [SEC_FEE, TRADING_ACTIVITY_FEE];

/** The rate of a fee on a trading day; null: none. */
export function rateOn({ rates }: RegulatoryFee, day: number): RegulatoryRate | null {
  return rates.findLast(({ from }) => day >= from) ?? null;
}

/**
 * A fee of an order for a day, in 1/10,000 dollar: the rate of what it traded, rounded up to a cent, at most the cap.
 * `traded` is the value in 1/10,000 dollar, or the quantity in lots.
 */
export function regulatoryAmount(fee: RegulatoryFee, on: RegulatoryRate, traded: number, lotsPerShare: number): number {
  // Cents: value / 10,000 dollars × rate / 1,000,000, or lots / lotsPerShare × rate / 10,000.
  const divisor = fee.basis === "value" ? 10_000_000_000n : BigInt(lotsPerShare) * 10_000n;
  const cents = Number((BigInt(traded) * BigInt(on.rate) + divisor - 1n) / divisor);
  const amount = cents * CENT;
  return on.cap === null ? amount : Math.min(amount, on.cap);
}

/** Whether a fill is free of a fee: one per share is not charged below a price of that fee (Schedule A, section 1). */
export function isExempt(fee: RegulatoryFee, on: RegulatoryRate, price: number): boolean {
  // A price is in 1/10,000 dollar, the rate in 1/1,000,000.
  return fee.basis === "share" && price * 100 < on.rate;
}
