/** Controls are tightened by one administrator at once, and loosened by two (RK-7). */
import { allowsMore } from "../../risk/bounds.ts";
import type { ControlsChange, ControlsLoosening, PlanLimits, RiskControls, RiskLimits } from "../../risk/limits.ts";

/** A change of controls in its two parts. Null: there is no such part. */
export interface SplitChange {
  readonly tightens: ControlsChange;
  readonly loosens: ControlsLoosening | null;
}

/**
 * What of a change takes effect at once, and what needs a second administrator. Limits are one part: those that are wider
 * in any respect wait as a whole.
 */
export function splitControls(controls: RiskControls, plan: PlanLimits | null, asked: ControlsChange): SplitChange {
  const tightens: { -readonly [F in keyof ControlsChange]: ControlsChange[F] } = {};
  const loosens: { -readonly [F in keyof ControlsLoosening]: ControlsLoosening[F] } = {};
  if (asked.blocked === true) tightens.blocked = true;
  if (asked.blocked === false && controls.blocked) loosens.unblock = true;
  if (asked.killedByExchange === true) tightens.killedByExchange = true;
  if (asked.killedByExchange === false && controls.killedByExchange) loosens.killSwitchOff = true;
  if (asked.blockedSymbols !== undefined) {
    const wanted = new Set(asked.blockedSymbols);
    tightens.blockedSymbols = [...new Set([...controls.blockedSymbols, ...wanted])];
    const lifted = controls.blockedSymbols.filter((symbol) => !wanted.has(symbol));
    if (lifted.length > 0) loosens.unblockSymbols = lifted;
  }
  if (asked.limits !== undefined) {
    if (allowsMore(asked.limits, controls.limits, plan)) {
      Object.assign(loosens, { limits: asked.limits, limitsBefore: controls.limits });
    } else tightens.limits = asked.limits;
  }
  return { tightens, loosens: Object.keys(loosens).length === 0 ? null : loosens };
}

/**
 * The change that lifts what a loosening names, and nothing that was decided since. Null when other limits were set since:
 * whoever approves has not seen that these would be lifted.
 */
export function loosened(controls: RiskControls, asked: ControlsLoosening): ControlsChange | null {
  const { unblock, unblockSymbols = [], killSwitchOff, limits, limitsBefore } = asked;
  if (limits !== undefined && limitsBefore !== undefined) {
    // The same loosening again changes nothing.
    if (![limitsBefore, limits].some((each) => sameLimits(each, controls.limits))) return null;
  }
  const lifted = new Set(unblockSymbols);
  return {
    ...(unblock && { blocked: false }),
    ...(killSwitchOff && { killedByExchange: false }),
    ...(lifted.size > 0 && { blockedSymbols: controls.blockedSymbols.filter((symbol) => !lifted.has(symbol)) }),
    ...(limits !== undefined && { limits }),
  };
}

function sameLimits(a: RiskLimits, b: RiskLimits): boolean {
  return !allowsMore(a, b, null) && !allowsMore(b, a, null);
}
