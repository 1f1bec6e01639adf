/** A market's phase in the codes of the UTP plan, which Alpaca's `statuses` and `lulds` contain. */
import type { HaltReason, MarketStatus } from "../../domain/market/phase.ts";

type Coded = readonly [code: string, text: string];

/** Trading actions of the UTP feed, and C for a closed market, for which the feed has none. */
const TRADING: Coded = ["T", "Trading Resumption"];
const QUOTATION: Coded = ["Q", "Quotation Resumption"];
const HALT: Coded = ["H", "Trading Halt"];
const PAUSE: Coded = ["P", "Volatility Trading Pause"];
const CLOSED: Coded = ["C", "Market Closed"];
const NO_REASON: Coded = ["", ""];

/** Why a market is halted, in Nasdaq's halt codes. */
const HALT_REASONS: Readonly<Record<HaltReason, Coded>> = {
  manual: ["O1", "Operations Halt"],
  news: ["T1", "Halt - News Pending"],
  luld: ["LUDP", "Volatility Trading Pause"],
  breaker_1: ["MWC1", "Market Wide Circuit Breaker Halt - Level 1"],
  breaker_2: ["MWC2", "Market Wide Circuit Breaker Halt - Level 2"],
  breaker_3: ["MWC3", "Market Wide Circuit Breaker Halt - Level 3"],
  delisted: ["D", "Security Deletion"],
};

/** A halted market accepts orders for its reopening auction, whatever the reason of the halt. */
const RESUMPTION: Coded = ["T7", "Quotation Only Period"];

/** Trading action and reason of a status. */
export function tradingStatus({ phase, halt }: MarketStatus): { readonly action: Coded; readonly reason: Coded } {
  switch (phase) {
    case "continuous":
      return { action: TRADING, reason: NO_REASON };
    case "closed":
      return { action: CLOSED, reason: NO_REASON };
    case "halted":
      return { action: halt === "luld" ? PAUSE : HALT, reason: HALT_REASONS[halt ?? "manual"] };
    case "reopening_auction":
      return { action: QUOTATION, reason: RESUMPTION };
    case "pre_open":
    case "opening_auction":
    case "closing_auction":
      return { action: QUOTATION, reason: NO_REASON };
  }
}

/** Indicator of the price bands: B in force, D suspended by a halt or pause, F outside the hours of the rule. */
export function bandIndicator({ phase, bands }: MarketStatus): "B" | "D" | "F" {
  if (phase === "halted" || phase === "reopening_auction") return "D";
  return bands === null ? "F" : "B";
}
