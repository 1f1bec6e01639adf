/** Settled and unsettled cash as a REST answer. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { isoDate } from "../../domain/market/newYork.ts";
import type { SettlementView } from "../rpc/accountSettlement.ts";
import type { WireSettlement } from "../wire/settlement.ts";

export function settlementToWire(view: SettlementView): WireSettlement {
  const money = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
  return {
    as_of: isoDate(view.day),
    settled: money(view.settled),
    unsettled: view.unsettled.map(({ day, amount }) => ({ settles_on: isoDate(day), amount: money(amount) })),
    withdrawable: money(view.withdrawable),
    buying_power: money(view.buyingPower),
    coin_buying_power: money(view.coinBuyingPower),
    exempt: view.exempt,
    violations: view.violations.map(({ day, kind }) => ({ date: isoDate(day), kind })),
    restricted_through: view.restrictedThrough === null ? null : isoDate(view.restrictedThrough),
  };
}
