import type { Decision } from "../entry/decision.ts";
import type { AccountState } from "../state/accountState.ts";
import type { SettingsEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import { type AccountSettings, changesOf, type SettingsChange } from "./accountSettings.ts";

/** Decides a change of settings. Its value is the settings after it; one that changes nothing is not recorded. */
export function decideSettings(
  { settings }: Readonly<AccountState>,
  asked: SettingsChange,
  origin: Origin,
): Decision<AccountSettings> {
  const changes = changesOf(settings, asked);
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
  const body = { changes, changed_from: before };
  const event = { action: "settings.changed", resource: `account/${state.accountId}`, body, before: null, after: null };
  audit(state, event, origin, now, out);
}
