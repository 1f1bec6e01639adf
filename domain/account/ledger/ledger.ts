/**
 * Double-entry ledger of one trading account. Each asset ("USD" in 1/10,000 dollar, a symbol in lots) has five ledger
 * accounts. A movement debits one and credits another, so the five always sum to zero. Buyer and seller record the same
 * amounts against `venue`, so `venue` also sums to zero over all trading accounts.
 */

/**
 * `available` and `held` belong to the owner; `venue` is the counterpart of trades, `outside` of deposits and
 * withdrawals; `house` of fees.
 */
export type LedgerAccount = "available" | "held" | "venue" | "outside" | "house";

/** Balances of one asset in its five ledger accounts. */
export type Balances = Record<LedgerAccount, number>;

/** Balances by asset. */
export type Ledger = Map<string, Balances>;

/** The asset of cash; other assets are symbols. */
export const CASH = "USD";

const EMPTY: Readonly<Balances> = { available: 0, held: 0, venue: 0, outside: 0, house: 0 };

/** Balances of an asset; zeros for one that never moved. */
export function balances(ledger: Ledger, asset: string): Readonly<Balances> {
  return ledger.get(asset) ?? EMPTY;
}

/** The owner's total of an asset: available and held. */
export function owned(ledger: Ledger, asset: string): number {
  const { available, held } = balances(ledger, asset);
  return available + held;
}

/**
 * Moves `amount` ≥ 0 units of an asset. Throws without moving anything when the amount is not a safe integer or `held`
 * would become negative; only a defect causes either. Rounding of fills may make `available` negative (SPEC AC-7).
 */
export function move(ledger: Ledger, asset: string, from: LedgerAccount, to: LedgerAccount, amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0) throw new Error(`ledger: bad amount ${amount} of ${asset}`);
  const { available, held, venue, outside, house } = balances(ledger, asset);
  const moved = { available, held, venue, outside, house };
  moved[from] -= amount;
  moved[to] += amount;
  if (moved.held < 0) throw new Error(`ledger: ${asset} held below zero`);
  if (!Number.isSafeInteger(moved[from]) || !Number.isSafeInteger(moved[to])) {
    throw new Error(`ledger: ${asset} outside the exact range`);
  }
  ledger.set(asset, moved);
}

/** Throws unless the five ledger accounts of every asset sum to zero. */
export function checkLedger(ledger: Ledger): void {
  for (const [asset, entry] of ledger) {
    if (entry.available + entry.held + entry.venue + entry.outside + entry.house !== 0) {
      throw new Error(`ledger: ${asset} does not balance`);
    }
  }
}

/** Balances as a snapshot stores them: without a house that never moved, as in earlier releases. */
export type SavedBalances = Omit<Balances, "house"> & { readonly house?: number };

export function saveBalances({ available, held, venue, outside, house }: Readonly<Balances>): SavedBalances {
  return house === 0 ? { available, held, venue, outside } : { available, held, venue, outside, house };
}

export function loadBalances({ available, held, venue, outside, house = 0 }: SavedBalances): Balances {
  return { available, held, venue, outside, house };
}
