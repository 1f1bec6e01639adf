import type { Instrument } from "../../domain/market/instrument.ts";
import type { InstrumentChange, InstrumentRefusal } from "../../domain/market/instrumentChange.ts";

/**
 * Instruments that were listed or changed at run time and are in force in their books. They override the seeded list.
 */
export interface ListedInstruments {
  /** Increases with each change that comes into force. */
  readonly revision: number;
  readonly instruments: readonly Instrument[];
}

/** A decided instrument. `inForce`: its book has applied it; until then the registry sends it to the book again. */
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
  /** Lists, changes or delists an instrument. `by`: the user who requested it. */
  change(change: InstrumentChange, by: string): Promise<InstrumentOutcome>;
  /** The latest decision about a symbol; null without any. */
  decided(symbol: string): Promise<DecidedInstrument | null>;
}
