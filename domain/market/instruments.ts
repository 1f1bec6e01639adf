import { CENT } from "./instrument.ts";
import type { Instrument } from "./instrument.ts";

/** The listed instruments: a port that decisions receive as an argument instead of a global list. */
export interface Instruments {
  /** Every instrument in symbol order, including delisted ones, because positions in them remain. */
  readonly all: readonly Instrument[];
  /**
   * The instrument of a symbol, of a pair of coins without its slash (`BTCUSD`), or of an asset id; undefined when it was
   * never listed.
   */
  find(name: string): Instrument | undefined;
}

/** The instruments of a list. If two have the same symbol, the later one is used. */
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

/**
 * The same instruments with the finest tick. A request that was accepted before its instrument had a coarser tick can be
 * read by them again, to recognize its repeat.
 */
export function withFinestTick(instruments: Instruments): Instruments {
  const finest = (instrument: Instrument) => ({ ...instrument, tick: CENT });
  return {
    get all() {
      return instruments.all.map(finest);
    },
    find(name) {
      const found = instruments.find(name);
      return found === undefined ? undefined : finest(found);
    },
  };
}

/** The instrument of an order or a position; throws when its symbol was never listed. */
export function instrumentOf(instruments: Instruments, symbol: string): Instrument {
  const instrument = instruments.find(symbol);
  if (instrument === undefined) throw new Error(`not a listed symbol: ${symbol}`);
  return instrument;
}
