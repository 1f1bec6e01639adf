import type { Instrument } from "../../domain/market/instrument.ts";
import type { UserId } from "../../domain/ids.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { PlanLimits, RiskLimits } from "../../domain/risk/limits.ts";
import type { InstrumentChange, InstrumentRefusal } from "../../domain/market/instrumentChange.ts";

/**
 * Instruments that were listed or changed at run time and are in force in their books. They override the seeded list.
 */
export interface ListedInstruments {
  /** Increases with each change that comes into force. */
  readonly revision: number;
  readonly instruments: readonly Instrument[];
  /** The limits of the plans that were changed; left out by an earlier release. */
  readonly plans?: readonly PlanLimits[];
}

/** Who has decided the limits of a plan; `approval` makes a repeat take effect once. */
export interface PlanLimitsDecision {
  readonly asked: UserId;
  readonly approved: UserId;
  readonly approval: string;
}

/** A decided instrument. `inForce`: its book has applied it; until then the registry sends it to the book again. */
export interface DecidedInstrument {
  readonly instrument: Instrument;
  readonly inForce: boolean;
}

export type InstrumentOutcome =
  | ({ readonly ok: true } & DecidedInstrument)
  | { readonly ok: false; readonly refusal: InstrumentRefusal };

/** The object that owns the list of instruments (MK-21), and the limits of plans (RK-14). */
export interface InstrumentRegistryRpc {
  /** The list if it differs from that of a revision, else null. */
  since(revision: number): Promise<ListedInstruments | null>;
  /** Lists, changes or delists an instrument. `by`: the user who requested it. */
  change(change: InstrumentChange, by: string): Promise<InstrumentOutcome>;
  /** The limits of the plans that were ever changed. */
  planLimits(): Promise<readonly PlanLimits[]>;
  /** Replaces the limits of a plan. Accounts have them with the next list of instruments that they read. */
  setPlanLimits(plan: Plan, limits: RiskLimits, by: PlanLimitsDecision): Promise<PlanLimits>;
  /** The latest decision about a symbol; null without any. */
  decided(symbol: string): Promise<DecidedInstrument | null>;
}
