/** The checks of an order before its book: one ordered list, for new orders, batches and replaces. */
import type { RiskFacts } from "./facts.ts";
import { checkHours } from "./hours.ts";
import { checkChosenLots } from "./chosenLots.ts";
import { checkHold } from "./hold.ts";
import { checkLot } from "./lot.ts";
import { checkMinimumValue } from "./minimumValue.ts";
import { checkOpenOrders, checkSize } from "./size.ts";
import { checkReachedTrigger } from "./reachedTrigger.ts";
import { checkSettledCash } from "./settledCash.ts";
import { checkStalePrices } from "./stalePrices.ts";
import { checkStopBand } from "./stopBand.ts";
import { checkStopLimits } from "./stopLimit.ts";
import { checkDuplicate, checkLossLimit } from "./repeats.ts";
import { checkLimits } from "./orderLimits.ts";
import {
  checkBlocks,
  checkFractional,
  checkKillSwitch,
  checkListed,
  checkOvernight,
  checkSuspended,
} from "./switches.ts";
import type { RiskRefusal } from "./refusal.ts";
import { checkWashTrade } from "./washTrade.ts";

/** A rule: the facts that it needs, and its refusal, or null. */
export interface RiskRule {
  readonly name: string;
  readonly needs: readonly (keyof RiskFacts)[];
  readonly refuse: (facts: RiskFacts) => RiskRefusal | null;
}

/** A rule gets no facts but those that it names: others do not compile. */
function rule<N extends keyof RiskFacts>(
  name: string,
  needs: readonly N[],
  refuse: (facts: Pick<RiskFacts, N>) => RiskRefusal | null,
): RiskRule {
  return { name, needs, refuse };
}

/** Every rule, in the sequence in which they refuse. */
export const RISK_RULES: readonly RiskRule[] = [
  rule("kill_switch", ["controls", "flattening"], checkKillSwitch),
  rule("blocks", ["controls", "order", "flattening"], checkBlocks),
  rule("suspended", ["settings", "flattening"], checkSuspended),
  rule("listed", ["instrument"], checkListed),
  rule("stale_prices", ["order", "market"], checkStalePrices),
  rule("reached_trigger", ["order", "change", "market"], checkReachedTrigger),
  rule("hours", ["order", "hours"], checkHours),
  rule("overnight", ["settings", "order", "hours"], checkOvernight),
  rule("fractional", ["settings", "order", "instrument"], checkFractional),
  rule("lot", ["order", "change", "instrument", "position", "holds"], checkLot),
  rule("stop_limit", ["order", "legs", "instrument"], checkStopLimits),
  rule("open_orders", ["legs", "change", "openOrders"], checkOpenOrders),
  rule("size", ["order", "instrument"], checkSize),
  rule("stop_band", ["order", "legs", "change", "market"], checkStopBand),
  rule(
    "limits",
    ["order", "instrument", "market", "change", "settings", "controls", "plan", "position", "sameSide", "flattening"],
    checkLimits,
  ),
  rule("loss_limit", ["settings", "lossLimitReached", "order", "change", "hold", "dayLoss"], checkLossLimit),
  rule("tax_lots", ["order", "chosenLots"], checkChosenLots),
  rule("hold", ["order", "hold", "cash", "position", "sameSide"], checkHold),
  rule("settled_cash", ["order", "hold", "settled"], checkSettledCash),
  rule(
    "minimum_value",
    ["order", "change", "instrument", "market", "position", "holds", "leastValue"],
    checkMinimumValue,
  ),
  rule("wash_trade", ["order", "change", "opposite"], checkWashTrade),
  rule("duplicate", ["settings", "duplicateOf", "flattening"], checkDuplicate),
];

/** The refusal of the first rule that refuses; null when all pass. */
export function firstRefusal(facts: RiskFacts): RiskRefusal | null {
  for (const { refuse } of RISK_RULES) {
    const refusal = refuse(facts);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** The refusals of all rules that refuse, by name. The hold of an order that is too large for any is not known. */
export function everyRefusal(facts: RiskFacts): { readonly rule: string; readonly refusal: RiskRefusal }[] {
  const hasHold = checkSize(facts) === null;
  return RISK_RULES.flatMap(({ name, needs, refuse }) => {
    const refusal = hasHold || !needs.includes("hold") ? refuse(facts) : null;
    return refusal === null ? [] : [{ rule: name, refusal }];
  });
}
