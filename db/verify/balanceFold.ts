/** The balances of an account as its audit events change them. */
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetNamed } from "../../domain/market/asset.ts";

/** Lots of a symbol. */
export interface Holding {
  available: number;
  held: number;
  /** Cost basis of the lots, in 1/10,000 dollar. */
  cost: number;
}

/** The columns of an audit event. */
export interface Facts {
  readonly action: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly resource: string;
  readonly result: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** Money in 1/10,000 dollar, quantities in lots. */
export class BalanceFold {
  cash = 0;
  held = 0;
  /** Deposits less withdrawals by asset: "USD" or a symbol. */
  readonly deposited = new Map<string, number>();
  readonly holdings = new Map<string, Holding>();
  /** Fees that the account has paid to the house, less what the house has paid to it. */
  house = 0;
  /** Cash that rounding has left with the venue, in units of 1 / ROUNDING_UNIT. */
  rounding = 0n;

  /** Sets the balances to those that an event states, so that one wrong event does not make all later ones wrong. */
  adopt(after: Facts["after"]): void {
    if (after === null) return;
    this.cash = units(after["cash"], PRICE_DECIMALS) ?? this.cash;
    this.held = units(after["cash_held"], PRICE_DECIMALS) ?? this.held;
    const instrument = assetNamed(String(after["symbol"]));
    if (instrument === undefined) return;
    const holding = this.holding(instrument.symbol);
    holding.available = units(after["qty"], instrument.qtyDecimals) ?? holding.available;
    holding.held = units(after["qty_held"], instrument.qtyDecimals) ?? holding.held;
  }

  holding(symbol: string): Holding {
    let holding = this.holdings.get(symbol);
    if (holding === undefined) this.holdings.set(symbol, (holding = { available: 0, held: 0, cost: 0 }));
    return holding;
  }

  /** Describes the first difference between the balances that an event states and these; null without any. */
  difference(
    when: "before" | "after",
    stated: Readonly<Record<string, unknown>>,
    symbol: string | null,
  ): string | null {
    const pairs: [field: string, folded: string][] = [
      ["cash", formatDecimal(this.cash, PRICE_DECIMALS)],
      ["cash_held", formatDecimal(this.held, PRICE_DECIMALS)],
    ];
    const instrument = symbol === null ? undefined : assetNamed(symbol);
    if (instrument !== undefined) {
      const { available, held } = this.holding(instrument.symbol);
      pairs.push(["qty", formatDecimal(available, instrument.qtyDecimals)]);
      pairs.push(["qty_held", formatDecimal(held, instrument.qtyDecimals)]);
    }
    for (const [field, folded] of pairs) {
      const said = stated[field];
      if (said === folded) continue;
      const by = when === "before" ? "the events before it leave" : "it leaves";
      return `its ${when} says ${field} ${String(said)}, ${by} ${folded}`;
    }
    return null;
  }

  /** Holds cash for a buy or a withdrawal, lots of the symbol for a sell. */
  hold(symbol: string, side: "buy" | "sell", amount: number): void {
    if (side === "buy") {
      this.cash -= amount;
      this.held += amount;
      return;
    }
    const holding = this.holding(symbol);
    holding.available -= amount;
    holding.held += amount;
  }
}

/** A decimal text in units of 10^-decimals; null for anything else. */
export function units(text: unknown, decimals: number): number | null {
  const value = typeof text === "string" ? parseDecimal(text, decimals) : null;
  return typeof value === "number" ? value : null;
}
