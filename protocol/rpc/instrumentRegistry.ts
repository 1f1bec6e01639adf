import type { Instrument } from "../../domain/market/instrument.ts";
import type { InstrumentChange, InstrumentRefusal } from "../../domain/market/instrumentChange.ts";

/** What has been listed and changed at run time and is in force in its book: later ones count before what is seeded. */
export interface ListedInstruments {
  /** Grows each time that a change comes into force. */
  readonly revision: number;
  readonly instruments: readonly Instrument[];
}

/** An instrument as it was decided; `inForce` once its book has it. Until then the registry repeats it to the book. */
export interface DecidedInstrument {
  readonly instrument: Instrument;
  readonly inForce: boolean;
}

export type InstrumentOutcome =
  | ({ readonly ok: true } & DecidedInstrument)
  | { readonly ok: false; readonly refusal: InstrumentRefusal };

/** The object that owns the list of instruments (MK-21). */
export interface InstrumentRegistryRpc {
  /** The list if it differs from that of a revision, else null. */
  since(revision: number): Promise<ListedInstruments | null>;
  /** Lists, changes or delists an instrument. `by`: the user who asked for it. */
  change(change: InstrumentChange, by: string): Promise<InstrumentOutcome>;
  /** The newest decision about a symbol; null when it was never decided about at run time. */
  decided(symbol: string): Promise<DecidedInstrument | null>;
}
