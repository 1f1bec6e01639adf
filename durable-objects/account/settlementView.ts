/** What an account shows of its settlement. */
import { CASH, owned } from "../../domain/account/ledger/ledger.ts";
import { buyingPower, withdrawable } from "../../domain/account/settlement/cashLimits.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { settledOn, tradeDay } from "../../domain/settlement/settlement.ts";
import { isRestricted, VIOLATION_MONTHS_DAYS } from "../../domain/settlement/violations.ts";
import type { CashLimits, SettlementView } from "../../protocol/rpc/accountSettlement.ts";

/** What settlement lets an account withdraw and buy for. */
export function cashLimits(state: Readonly<AccountState>, now: number): CashLimits {
  return {
    withdrawable: withdrawable(state, now),
    buyingPower: buyingPower(state, { assetClass: "us_equity" }, now),
    coinBuyingPower: buyingPower(state, { assetClass: "crypto" }, now),
  };
}

/** Settled and unsettled cash, and violations; null when the account is not open. */
export function viewSettlement(state: Readonly<AccountState>, now: number): SettlementView | null {
  if (state.accountId === "") return null;
  const day = tradeDay(now);
  const { settlement } = state;
  const limits = cashLimits(state, now);
  if (settlement === null) {
    // Settlement begins with the next commit.
    const none = { unsettled: [], exempt: false, violations: [], restrictedThrough: null };
    return { day, settled: owned(state.ledger, CASH), ...none, ...limits };
  }
  const { record, exempt } = settlement;
  const { newest, restrictedThrough } = record.violations;
  return {
    day,
    settled: settledOn(record, day),
    unsettled: record.unsettled.filter((one) => one.day > day),
    ...limits,
    exempt,
    violations: newest.filter((one) => one.day > day - VIOLATION_MONTHS_DAYS),
    restrictedThrough: !exempt && isRestricted(record.violations, day) ? restrictedThrough : null,
  };
}
