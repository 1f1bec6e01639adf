/** The fees of an account that the house account has not received yet, as the audit events of both tell. */
import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import { type Facts, units } from "./balanceFold.ts";

/** Items of fees that are the exchange's own. All others are passed on to regulators. */
const OWN: ReadonlySet<string> = new Set([
  "maker",
  "taker",
  "auction",
  "per_share",
  "rebate",
  "order_minimum",
  "order_maximum",
  "proceeds_limit",
]);

/** Fees that were sent in one message. */
export interface Sweep {
  readonly day: string;
  readonly amount: number;
  /** Fees of regulators, as text that is equal for equal fees. */
  readonly regulatory: string;
}

/** What an account has charged and sent, or, of a house account, received. */
export class SweepFold {
  /** Fees that the account has sent to the house account, in 1/10,000 dollar. */
  swept = 0;
  /** Fees of regulators that were charged since, by code. */
  readonly #regulatory = new Map<string, number>();
  #newest: Sweep | null = null;

  /** Adds the fees of a fill, whose items were found to be right. */
  charged(body: Facts["body"]): void {
    const items = (body["fees"] ?? []) as readonly { readonly code?: unknown; readonly amount?: unknown }[];
    for (const { code, amount } of items) {
      const name = String(code);
      if (OWN.has(name)) continue;
      this.#regulatory.set(name, (this.#regulatory.get(name) ?? 0) + (units(amount, PRICE_DECIMALS) ?? 0));
    }
  }

  /** Applies `fees.swept` of an account that has charged `house` in all. Returns what is wrong; null: nothing. */
  send(body: Facts["body"], house: number): string | null {
    const sweep = readSweep(body);
    if (sweep === null) return "its day or amount is none";
    if (this.#newest !== null && sweep.day <= this.#newest.day) return `fees of ${this.#newest.day} were sent before`;
    if (sweep.amount !== house - this.swept) return `it sends ${sweep.amount}, and ${house - this.swept} is pending`;
    const due = textOf([...this.#regulatory]);
    // A release without sweeps did not sum up the fees of regulators: they are part of what the first one sends.
    if (sweep.regulatory !== due && this.#newest !== null) return `its fees of regulators are not ${due}`;
    this.#regulatory.clear();
    this.#newest = sweep;
    this.swept = house;
    return null;
  }
}

/** The sweep of an event `fees.swept` or `fees.received`; null when a field is none. */
export function readSweep({ day, amount: text, regulatory }: Facts["body"]): Sweep | null {
  const amount = units(text, PRICE_DECIMALS);
  if (typeof day !== "string" || amount === null || !Array.isArray(regulatory)) return null;
  const parts = (regulatory as readonly { readonly code?: unknown; readonly amount?: unknown }[]).map(
    ({ code, amount: part }) => [String(code), units(part, PRICE_DECIMALS) ?? 0] as const,
  );
  return { day, amount, regulatory: textOf(parts) };
}

function textOf(parts: readonly (readonly [string, number])[]): string {
  return parts
    .map(([code, amount]) => `${code} ${amount}`)
    .sort()
    .join();
}
