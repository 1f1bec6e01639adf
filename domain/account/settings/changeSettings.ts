import { type LimitKind, widerThanExchange } from "../../risk/bounds.ts";
import { NO_LIMITS, type PlanLimits, type RiskLimits } from "../../risk/limits.ts";
import type { Refusal } from "../entry/refusal.ts";
import type { Decision } from "../entry/decision.ts";
import type { AccountState } from "../state/accountState.ts";
import type { SettingsEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import { type AccountSettings, changesOf, type SettingsChange } from "./accountSettings.ts";
import { recordedNames } from "./recordedNames.ts";
import { applyLossLimit } from "./riskState.ts";

/** Decides a change of settings. Its value is the settings after it; one that changes nothing is not recorded. */
export function decideSettings(
  { settings, risk }: Readonly<AccountState>,
  asked: SettingsChange,
  origin: Origin,
  now: number,
  plan: PlanLimits | null = risk.plan,
): Decision<AccountSettings> {
  const changes = changesOf(settings, asked);
  const refusal =
    refuseWider(risk.controls.limits, plan, changes) ?? refuseLossLimit(settings, changes, now < risk.stoppedUntil);
  if (refusal !== null) return { entries: [], outcome: { ok: false, refusal } };
  const outcome = { ok: true, value: { ...settings, ...changes } } as const;
  if (Object.keys(changes).length === 0) return { entries: [], outcome };
  return { entries: [{ kind: "settings_changed", changes, names: "snake_case", origin }], outcome };
}

/** Applies a change of settings, and records it with the settings before. */
export function applySettings(
  state: AccountState,
  { changes, names, origin }: SettingsEntry,
  now: number,
  out: AccountOutputs,
): void {
  const before = Object.fromEntries(
    Object.keys(changes).map((name) => [name, state.settings[name as keyof AccountSettings]]),
  );
  state.settings = { ...state.settings, ...changes };
  if ((changes.dailyLossLimit ?? changes.dailyLossBasis) !== undefined) applyLossLimit(state.risk, state.settings, now);
  const body = recordedNames({ changes, changed_from: before }, names);
  const event = { action: "settings.changed", resource: `account/${state.accountId}`, body, before: null, after: null };
  audit(state, event, origin, now, out);
}

/** Limits of the owner are no wider than those of the exchange. */
function refuseWider(most: RiskLimits, plan: PlanLimits | null, { limits }: SettingsChange): Refusal | null {
  if (limits === undefined) return null;
  const wider = widerThanExchange(limits, most, plan?.limits ?? NO_LIMITS);
  if (wider === null) return null;
  const path = wider.symbol === null ? "limits" : `limits.symbols.${wider.symbol}`;
  return { reason: "limit_too_wide", field: `${path}.${FIELDS[wider.kind]}` };
}

const FIELDS: Readonly<Record<LimitKind, string>> = {
  orderQty: "max_order_qty",
  orderValue: "max_order_value",
  positionQty: "max_position_qty",
  positionValue: "max_position_value",
};

/** Once the daily loss limit is reached it is not raised until the next trading day (RK-10). */
function refuseLossLimit(
  { dailyLossLimit: before }: AccountSettings,
  { dailyLossLimit: after }: SettingsChange,
  reached: boolean,
): Refusal | null {
  if (!reached || after === undefined || before === null) return null;
  return after === null || after > before ? { reason: "daily_loss_limit_reached" } : null;
}
