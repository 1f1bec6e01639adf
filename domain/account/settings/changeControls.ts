import type { UserId } from "../../ids.ts";
import type { ControlsChange, RiskControls } from "../../risk/limits.ts";
import type { AccountState } from "../state/accountState.ts";
import type { AccountEntry, ControlsEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { recordedNames } from "./recordedNames.ts";
import { audit } from "../state/record.ts";

/** Decides a change of controls; one that changes nothing is not recorded. Its outcome is the controls after it. */
export function decideControls(
  { risk }: Readonly<AccountState>,
  asked: ControlsChange,
  by: UserId,
  origin: Origin,
  approvedBy?: UserId,
): {
  readonly entries: readonly AccountEntry[];
  readonly outcome: { readonly ok: true; readonly value: RiskControls };
} {
  const { controls } = risk;
  const differs = ([name, value]: [string, unknown]) =>
    value !== undefined && JSON.stringify(value) !== JSON.stringify(controls[name as keyof RiskControls]);
  const changes: ControlsChange = Object.fromEntries(Object.entries(asked).filter(differs));
  const outcome = { ok: true, value: { ...controls, ...changes } } as const;
  if (Object.keys(changes).length === 0) return { entries: [], outcome };
  const approved = approvedBy === undefined || approvedBy === by ? {} : { approvedBy };
  return { entries: [{ kind: "controls_changed", changes, by, ...approved, names: "snake_case", origin }], outcome };
}

/** Applies a change of controls, and records it with the controls before. */
export function applyControls(
  state: AccountState,
  { changes, by, approvedBy, names, origin }: ControlsEntry,
  now: number,
  out: AccountOutputs,
): void {
  const { controls } = state.risk;
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, controls[name as keyof RiskControls]]));
  state.risk.controls = { ...controls, ...changes };
  const changed = recordedNames({ changes, changed_from: before }, names);
  const body = { ...changed, by, ...(approvedBy === undefined ? {} : { approved_by: approvedBy }) };
  const event = { action: "controls.changed", resource: `account/${state.accountId}`, body, before: null, after: null };
  audit(state, event, origin, now, out);
}
