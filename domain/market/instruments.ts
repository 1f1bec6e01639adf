import type { Instrument } from "./instrument.ts";

/** The instruments that the exchange has listed. Decisions receive them as a parameter; there is no global list. */
export interface Instruments {
  /** Every instrument in symbol order, delisted ones too: positions in them stay. */
  readonly all: readonly Instrument[];
  /**
   * The instrument of a symbol, of a pair of coins without its slash (`BTCUSD`), or of an asset id; undefined when no such thing
   * was ever listed.
   */
  find(name: string): Instrument | undefined;
}

/** Instruments of a list. Of two with one symbol the later one counts. */
export class InstrumentList implements Instruments {
  readonly all: readonly Instrument[];
  readonly #bySymbol: ReadonlyMap<string, Instrument>;
  readonly #byOtherName: ReadonlyMap<string, Instrument>;

  constructor(instruments: Iterable<Instrument>) {
    this.#bySymbol = new Map([...instruments].map((instrument) => [instrument.symbol, instrument]));
    this.all = [...this.#bySymbol.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    const coins = this.all.filter(({ assetClass }) => assetClass === "crypto");
    this.#byOtherName = new Map([
      ...coins.map((coin) => [coin.symbol.replace("/", ""), coin] as const),
      ...this.all.map((instrument) => [instrument.id, instrument] as const),
    ]);
  }

  find(name: string): Instrument | undefined {
    return this.#bySymbol.get(name) ?? this.#byOtherName.get(name);
  }
}

/** The instrument of a symbol that an order or a position has; throws when it was never listed. */
export function instrumentOf(instruments: Instruments, symbol: string): Instrument {
  const instrument = instruments.find(symbol);
  if (instrument === undefined) throw new Error(`not a listed symbol: ${symbol}`);
  return instrument;
}
