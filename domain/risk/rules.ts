/** The checks of an order before its book: one ordered list, for new orders, batches and replaces. */
import type { RiskFacts } from "./facts.ts";
import { checkHours } from "./hours.ts";
import { checkHold } from "./hold.ts";
import { checkLot } from "./lot.ts";
import { checkMinimumValue } from "./minimumValue.ts";
import { checkOpenOrders, checkSize } from "./size.ts";
import { checkReachedTrigger } from "./reachedTrigger.ts";
import { checkStopLimits } from "./stopLimit.ts";
import { checkListed, checkSuspended } from "./switches.ts";
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
  rule("suspended", ["suspended"], checkSuspended),
  rule("listed", ["instrument"], checkListed),
  rule("reached_trigger", ["order", "change", "market"], checkReachedTrigger),
  rule("hours", ["order", "hours"], checkHours),
  rule("lot", ["order", "change", "instrument", "position", "holds"], checkLot),
  rule("stop_limit", ["order", "legs", "instrument"], checkStopLimits),
  rule("open_orders", ["legs", "change", "openOrders"], checkOpenOrders),
  rule("size", ["order", "instrument"], checkSize),
  rule("hold", ["order", "hold", "cash", "position", "sameSide"], checkHold),
  rule(
    "minimum_value",
    ["order", "change", "instrument", "market", "position", "holds", "leastValue"],
    checkMinimumValue,
  ),
  rule("wash_trade", ["order", "change", "opposite"], checkWashTrade),
];

/** The refusal of the first rule that refuses; null when all pass. */
export function firstRefusal(facts: RiskFacts): RiskRefusal | null {
  for (const { refuse } of RISK_RULES) {
    const refusal = refuse(facts);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** The refusals of all rules that refuse, by name. */
export function everyRefusal(facts: RiskFacts): { readonly rule: string; readonly refusal: RiskRefusal }[] {
  return RISK_RULES.flatMap(({ name, refuse }) => {
    const refusal = refuse(facts);
    return refusal === null ? [] : [{ rule: name, refusal }];
  });
}
