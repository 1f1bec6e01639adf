import { lotsPerShare } from "../market/instrument.ts";
import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** Refuses every order while a kill switch is on (RK-6), except what the switch itself sells. */
export function checkKillSwitch({
  controls: { killedByOwner, killedByExchange },
  flattening,
}: Pick<RiskFacts, "controls" | "flattening">): RiskRefusal | null {
  if (flattening || (!killedByOwner && !killedByExchange)) return null;
  return { reason: "kill_switch", by: killedByExchange ? "exchange" : "owner" };
}

/** Refuses every order of an account, or of a symbol in it, that the exchange has blocked (RK-7). */
export function checkBlocks({ controls, order, flattening }: Pick<RiskFacts, "controls" | "order" | "flattening">) {
  const { blocked, blockedSymbols } = controls;
  if (blocked && !flattening) return { reason: "account_blocked" } as const;
  if (blockedSymbols.length === 0 || flattening || !blockedSymbols.includes(order.symbol)) return null;
  return { reason: "symbol_blocked", symbol: order.symbol } as const;
}

/** Refuses every order while the owner has suspended trading (RK-2). */
export function checkSuspended({ settings, flattening }: Pick<RiskFacts, "settings" | "flattening">) {
  return settings.suspendTrade && !flattening ? ({ reason: "trading_suspended" } as const) : null;
}

/** Refuses an order for an instrument that was delisted. */
export function checkListed({ instrument }: Pick<RiskFacts, "instrument">): RiskRefusal | null {
  return instrument.status === "active" ? null : { reason: "asset_not_active", symbol: instrument.symbol };
}

/** Refuses a buy of a part of a share while the owner has switched fractional trading off (RK-3). */
export function checkFractional({
  settings,
  order,
  instrument,
}: Pick<RiskFacts, "settings" | "order" | "instrument">): RiskRefusal | null {
  if (settings.fractionalTrading || order.side === "sell" || instrument.assetClass !== "us_equity") return null;
  const whole = !order.notional && order.qty % lotsPerShare(instrument) === 0;
  return whole ? null : { reason: "fractional_disabled" };
}

/** Refuses an order that would trade overnight while the owner has switched that off (RK-3). */
export function checkOvernight({
  settings,
  order,
  hours,
}: Pick<RiskFacts, "settings" | "order" | "hours">): RiskRefusal | null {
  if (!settings.disableOvernightTrading || hours.session !== "overnight" || !order.extendedHours) return null;
  return { reason: "overnight_disabled" };
}
