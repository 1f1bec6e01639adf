/**
 * Double-entry ledger of one account, an entry per asset ("USD" in 1/10,000 dollar, a symbol in lots). Every movement
 * takes from one place what it puts into another, so each asset's four places always sum to zero; and because buyer and
 * seller book the same numbers against `venue`, the venue places of all accounts together sum to zero as well.
 */

/** `available` and `held` are the owner's; `venue` is what came from trades, `outside` what came from deposits. */
export type LedgerAccount = "available" | "held" | "venue" | "outside";

export type Balances = Record<LedgerAccount, number>;

export type Ledger = Map<string, Balances>;

export const CASH = "USD";

const EMPTY: Readonly<Balances> = { available: 0, held: 0, venue: 0, outside: 0 };

/** Balances of an asset; zeros when it was never moved. */
export function balances(ledger: Ledger, asset: string): Readonly<Balances> {
  return ledger.get(asset) ?? EMPTY;
}

/** What the owner has of an asset, held or not. */
export function owned(ledger: Ledger, asset: string): number {
  const { available, held } = balances(ledger, asset);
  return available + held;
}

/**
 * Moves `amount` ≥ 0 units of an asset. Throws, and moves nothing, when it is no safe integer or would make `held`
 * negative, which only a defect can cause. `available` may go below zero by the rounding of fills (SPEC AC-7).
 */
export function move(ledger: Ledger, asset: string, from: LedgerAccount, to: LedgerAccount, amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0) throw new Error(`ledger: bad amount ${amount} of ${asset}`);
  const moved = { ...balances(ledger, asset) };
  moved[from] -= amount;
  moved[to] += amount;
  if (moved.held < 0) throw new Error(`ledger: ${asset} held below zero`);
  if (!Number.isSafeInteger(moved[from]) || !Number.isSafeInteger(moved[to])) {
    throw new Error(`ledger: ${asset} outside the exact range`);
  }
  ledger.set(asset, moved);
}

/** Throws unless every asset's places sum to zero. */
export function checkLedger(ledger: Ledger): void {
  for (const [asset, entry] of ledger) {
    if (entry.available + entry.held + entry.venue + entry.outside !== 0) {
      throw new Error(`ledger: ${asset} does not balance`);
    }
  }
}
