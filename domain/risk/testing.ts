/** Facts of an order for tests of the rules: a limit buy of one share of AAPL at $100 that passes every rule. */
import { requireInstrument } from "../market/listing.ts";
import { sessionRules } from "../market/sessionRules.ts";
import { NO_CONTROLS, NO_LIMITS, type RiskSettings } from "./limits.ts";
import type { RiskFacts, RiskOrder } from "./facts.ts";

/** Settings of an owner who has set nothing. */
export const NO_SETTINGS: RiskSettings = {
  suspendTrade: false,
  fractionalTrading: true,
  disableOvernightTrading: false,
  limits: NO_LIMITS,
  duplicateMode: "off",
  dailyLossLimit: null,
};

export function riskOrder(changes: Partial<RiskOrder> = {}): RiskOrder {
  const { limitPrice = 1_000_000 } = changes;
  return {
    id: "new",
    symbol: "AAPL",
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    extendedHours: false,
    qty: 1_000_000,
    limitPrice,
    protectionPrice: limitPrice ?? 1_000_000,
    ...changes,
  };
}

export function riskFacts(order: RiskOrder, changes: Partial<RiskFacts> = {}): RiskFacts {
  const instrument = changes.instrument ?? requireInstrument(order.symbol);
  return {
    order,
    legs: [],
    instrument,
    change: null,
    market: { marketPrice: 1_000_000, lastPrice: 1_000_000 },
    hours: sessionRules("always", 5),
    hold:
      order.side === "buy" ? Math.ceil((order.protectionPrice * order.qty) / 10 ** instrument.qtyDecimals) : order.qty,
    holds: 0,
    leastValue: instrument.leastValue,
    cash: { available: 10 ** 15, held: 0 },
    position: { available: 10 ** 12, held: 0 },
    openOrders: 0,
    opposite: new Map(),
    sameSide: new Map(),
    settled: null,
    settings: NO_SETTINGS,
    controls: NO_CONTROLS,
    plan: null,
    flattening: false,
    duplicateOf: null,
    dayLoss: 0,
    lossLimitReached: false,
    chosenLots: null,
    ...changes,
  };
}
