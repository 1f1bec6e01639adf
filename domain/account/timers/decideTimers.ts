import type { AccountEntry } from "../state/entries.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Decision } from "../entry/decision.ts";
import type { Origin } from "../state/events.ts";
import { CANCEL_AFTER_SECONDS_MAX, LEASE_MS_MAX, LEASES_MAX, SESSION_LENGTH_MAX } from "./applyTimers.ts";

/** The dead-man's switch of an account, in epoch milliseconds; the trigger time is null while it is off. */
export interface CancelAfter {
  readonly currentTime: number;
  readonly triggerTime: number | null;
}

/** Decides a change of the dead-man's switch; 0 seconds switch it off. */
export function decideCancelAfter(
  state: Readonly<AccountState>,
  timeoutSeconds: number,
  now: number,
  origin: Origin,
): Decision<CancelAfter> {
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 0 || timeoutSeconds > CANCEL_AFTER_SECONDS_MAX) {
    return { entries: [], outcome: { ok: false, refusal: { reason: "cancel_after_invalid" } } };
  }
  const timeoutMs = timeoutSeconds * 1000;
  const triggerTime = timeoutMs === 0 ? null : now + timeoutMs;
  const entries: AccountEntry[] = [];
  if (timeoutMs > 0) entries.push({ kind: "cancel_timer_set", timeoutMs, origin });
  else if (state.timers.cancelAfter !== null) entries.push({ kind: "cancel_timer_off", origin });
  return { entries, outcome: { ok: true, value: { currentTime: now, triggerTime } } };
}

/**
 * Decides the start or renewal of a session's lease. False when the session has ended, its name or duration is invalid,
 * the account has the maximum of leases, or its holder may not trade. `mayTrade` is undefined for callers of an earlier
 * release: they may renew a lease, but not start one.
 */
export function decideLease(
  state: Readonly<AccountState>,
  session: string,
  ttlMs: number,
  now: number,
  origin: Origin,
  mayTrade: boolean | undefined,
): { entries: readonly AccountEntry[]; outcome: boolean } {
  const { leases, over } = state.timers;
  const known = leases.get(session);
  const ended = over.has(session) || (known !== undefined && known.at <= now);
  const named = session !== "" && session.length <= SESSION_LENGTH_MAX;
  const bounded = Number.isInteger(ttlMs) && ttlMs > 0 && ttlMs <= LEASE_MS_MAX;
  const room = known !== undefined || leases.size < LEASES_MAX;
  const allowed = mayTrade ?? known !== undefined;
  if (!allowed || ended || !named || !bounded || !room) return { entries: [], outcome: false };
  return { entries: [{ kind: "lease_held", session, ttlMs, origin }], outcome: true };
}

/**
 * Decides the end of a lease without a cancel. An unknown session is remembered as ended as well: its lease may arrive
 * late.
 */
export function decideRelease(
  state: Readonly<AccountState>,
  session: string,
  origin: Origin,
): { entries: readonly AccountEntry[]; outcome: null } {
  const entries: AccountEntry[] = state.timers.over.has(session) ? [] : [{ kind: "lease_released", session, origin }];
  return { entries, outcome: null };
}

/**
 * Decides the disconnection of a session: it cancels every open order if the session has a lease and its holder may
 * trade. `mayTrade` is undefined for callers of an earlier release.
 */
export function decideDisconnect(
  state: Readonly<AccountState>,
  session: string,
  origin: Origin,
  mayTrade: boolean | undefined,
): { entries: readonly AccountEntry[]; outcome: null } {
  if (mayTrade === false || !state.timers.leases.has(session)) return decideRelease(state, session, origin);
  return { entries: [{ kind: "lease_fired", session, cause: "disconnected", origin }], outcome: null };
}
