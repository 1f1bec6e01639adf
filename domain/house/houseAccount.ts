/**
 * The house account: it receives the fees of accounts, and its ledger mirrors theirs. What an account has moved to its side
 * `house`, the house account moves from its own to `available`, so that the side is zero over all of them once every account
 * has sent its fees.
 */
import type { AccountId } from "../ids.ts";
import { balanceSnapshot } from "../account/state/balanceSnapshot.ts";
import { NO_ORIGIN } from "../account/state/events.ts";
import type { AccountOutputs } from "../account/state/outputs.ts";
import { audit, dollars } from "../account/state/record.ts";
import {
  balances,
  CASH,
  type Ledger,
  loadBalances,
  move,
  saveBalances,
  type SavedBalances,
} from "../account/ledger/ledger.ts";
import { isoDate } from "../market/newYork.ts";
import type { FeesSwept, RegulatoryAmounts } from "./messages.ts";

export interface HouseState {
  /** Empty before its first commit. */
  accountId: AccountId;
  /** Its owner in the audit trail: nobody has a login of this id. */
  userId: string;
  auditAddress: string;
  readonly ledger: Ledger;
  /** What it has received of each fee of a regulator. */
  readonly regulatory: Map<string, number>;
  nextAuditEvent: number;
}

/** Entries of its journal. What accounts send is journalled as messages. */
export interface HouseEntry {
  readonly kind: "house_opened";
  readonly accountId: AccountId;
  readonly auditAddress: string;
}

export interface HouseOutputs extends Pick<AccountOutputs, "audit"> {
  /** Stores what was received, outside the state: sums by day are kept for ever. */
  received(swept: FeesSwept): void;
}

export function newHouse(): HouseState {
  return { accountId: "", userId: "", auditAddress: "", ledger: new Map(), regulatory: new Map(), nextAuditEvent: 1 };
}

/** What the house account has received less what it has paid, in 1/10,000 dollar; and the part of each regulator's fee. */
export function houseBalance({ ledger, regulatory }: Readonly<HouseState>): {
  readonly balance: number;
  readonly regulatory: RegulatoryAmounts;
} {
  return { balance: balances(ledger, CASH).available, regulatory: [...regulatory] };
}

/** Applies an entry. */
export function applyHouseEntry(state: HouseState, entry: HouseEntry, now: number, out: HouseOutputs): void {
  state.accountId = entry.accountId;
  state.userId = String(entry.accountId);
  state.auditAddress = entry.auditAddress;
  record(state, "house.opened", {}, now, out);
}

/** Applies the fees that an account has sent. */
export function applyFees(state: HouseState, from: AccountId, swept: FeesSwept, now: number, out: HouseOutputs): void {
  const { day, amount, regulatory } = swept;
  const before = balanceSnapshot(state, null, null);
  if (amount >= 0) move(state.ledger, CASH, "house", "available", amount);
  else move(state.ledger, CASH, "available", "house", -amount);
  for (const [code, part] of regulatory) state.regulatory.set(code, (state.regulatory.get(code) ?? 0) + part);
  out.received(swept);
  const body = {
    from_account_id: from,
    day: isoDate(day),
    amount: dollars(amount),
    regulatory: regulatoryFacts(regulatory),
  };
  record(state, "fees.received", body, now, out, before);
}

/** Fees of regulators as audit records state them. */
export function regulatoryFacts(regulatory: RegulatoryAmounts): { readonly code: string; readonly amount: string }[] {
  return regulatory.map(([code, amount]) => ({ code, amount: dollars(amount) }));
}

function record(
  state: HouseState,
  action: string,
  body: Record<string, unknown>,
  now: number,
  out: HouseOutputs,
  before = balanceSnapshot(state, null, null),
): void {
  const after = balanceSnapshot(state, null, null);
  audit(state, { action, resource: `account/${state.accountId}`, body, before, after }, NO_ORIGIN, now, out);
}

/** Plain data of the state, for a snapshot. */
export interface SavedHouse extends Omit<HouseState, "ledger" | "regulatory"> {
  readonly ledger: readonly (readonly [string, SavedBalances])[];
  readonly regulatory: RegulatoryAmounts;
}

export function saveHouse(state: HouseState): SavedHouse {
  const ledger = [...state.ledger].map(([asset, each]) => [asset, saveBalances(each)] as const);
  return { ...state, ledger, regulatory: [...state.regulatory] };
}

export function loadHouse(saved: SavedHouse): HouseState {
  const ledger = new Map(saved.ledger.map(([asset, each]) => [asset, loadBalances(each)] as const));
  return { ...saved, ledger, regulatory: new Map(saved.regulatory) };
}
