import type { RiskLimits } from "../../risk/limits.ts";
import type { Refusal } from "../entry/refusal.ts";
import type { Decision } from "../entry/decision.ts";
import type { AccountState } from "../state/accountState.ts";
import type { SettingsEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import { type AccountSettings, changesOf, type SettingsChange } from "./accountSettings.ts";
import { applyLossLimit } from "./riskState.ts";

/** Decides a change of settings. Its value is the settings after it; one that changes nothing is not recorded. */
export function decideSettings(
  { settings, risk }: Readonly<AccountState>,
  asked: SettingsChange,
  origin: Origin,
  now: number,
): Decision<AccountSettings> {
  const changes = changesOf(settings, asked);
  const refusal =
    refuseWider(risk.controls.limits, changes) ?? refuseLossLimit(settings, changes, now < risk.stoppedUntil);
  if (refusal !== null) return { entries: [], outcome: { ok: false, refusal } };
  const outcome = { ok: true, value: { ...settings, ...changes } } as const;
  if (Object.keys(changes).length === 0) return { entries: [], outcome };
  return { entries: [{ kind: "settings_changed", changes, origin }], outcome };
}

/** Applies a change of settings, and records it with the settings before. */
export function applySettings(
  state: AccountState,
  { changes, origin }: SettingsEntry,
  now: number,
  out: AccountOutputs,
): void {
  const before = Object.fromEntries(
    Object.keys(changes).map((name) => [name, state.settings[name as keyof AccountSettings]]),
  );
  state.settings = { ...state.settings, ...changes };
  if (changes.dailyLossLimit !== undefined) applyLossLimit(state.risk, state.settings, now);
  const body = { changes, changed_from: before };
  const event = { action: "settings.changed", resource: `account/${state.accountId}`, body, before: null, after: null };
  audit(state, event, origin, now, out);
}

/** Limits of the owner are no wider than those of the exchange. */
function refuseWider(most: RiskLimits, { limits }: SettingsChange): Refusal | null {
  if (limits === undefined) return null;
  if (isWider(limits.orderValue, most.orderValue)) return tooWide("limits.max_order_value");
  if (isWider(limits.positionValue, most.positionValue)) return tooWide("limits.max_position_value");
  for (const own of limits.symbols) {
    const of = most.symbols.find(({ symbol }) => symbol === own.symbol);
    if (of === undefined) continue;
    const path = `limits.symbols.${own.symbol}`;
    if (isWider(own.orderQty, of.orderQty)) return tooWide(`${path}.max_order_qty`);
    if (isWider(own.orderValue, of.orderValue)) return tooWide(`${path}.max_order_value`);
    if (isWider(own.positionQty, of.positionQty)) return tooWide(`${path}.max_position_qty`);
  }
  return null;
}

function isWider(own: number | null, most: number | null): boolean {
  return own !== null && most !== null && own > most;
}

function tooWide(field: string): Refusal {
  return { reason: "limit_too_wide", field };
}

/** Once the daily loss limit is reached it is not raised until the next trading day (RK-10). */
function refuseLossLimit(
  { dailyLossLimit: before }: AccountSettings,
  { dailyLossLimit: after }: SettingsChange,
  reached: boolean,
): Refusal | null {
  if (!reached || after === undefined || before === null) return null;
  return after === null || after > before ? { reason: "daily_loss_limit_reached" } : null;
}
