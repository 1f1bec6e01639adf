/** Cash in 1/10,000 dollar, held or not, and lots by symbol. */
export interface Holdings {
  readonly cash: number;
  readonly lots: readonly (readonly [symbol: string, qty: number])[];
}
