/** RPC of a house account: the fees that it has received. Additive, like account.ts. */
import type { FeesSwept, RegulatoryAmounts } from "../../domain/house/messages.ts";
import type { AuditedAccount } from "./account.ts";
import type { ActorRpc } from "./actor.ts";
import type { Envelope } from "./envelope.ts";

/** Fees of one trading day, or of all, in 1/10,000 dollar. */
export interface HouseFees {
  /** Fees of the exchange, less rebates. */
  readonly exchange: number;
  /** Fees that are passed on to regulators, by code. */
  readonly regulatory: RegulatoryAmounts;
}

export interface HouseDay extends HouseFees {
  /** Numbered from 1970-01-01. */
  readonly day: number;
  /** How many accounts have sent fees of this day. */
  readonly accounts: number;
}

/** What a house account has, and what it has received by trading day. */
export interface HouseView {
  readonly balance: HouseFees;
  /** Newest first. */
  readonly days: readonly HouseDay[];
}

export interface HouseRpc extends ActorRpc {
  /** Its balance, and the days from `from` to `until`, both included. */
  fees(from: number, until: number): Promise<HouseView>;
  /** For the comparison with its events in the audit trail; null before its first commit. */
  audited(): Promise<AuditedAccount | null>;
  deliver(envelope: Envelope<FeesSwept>): Promise<Envelope<never>>;
}
