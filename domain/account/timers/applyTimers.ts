import { legsFirst, requestCancel } from "../orders/cancel.ts";
import type { AccountState } from "../state/accountState.ts";
import { balanceSnapshot } from "../state/balanceSnapshot.ts";
import type { TimerEntry } from "../state/entries.ts";
import { NO_ORIGIN, UNKNOWN_ORIGIN } from "../state/events.ts";
import type { Origin } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import type { CancelTimers } from "./cancelTimers.ts";

/** Longest timeout of the dead-man's switch in seconds: one day. */
export const CANCEL_AFTER_SECONDS_MAX = 86_400;
/** Longest lease in milliseconds: far more than a relay's renewal interval. */
export const LEASE_MS_MAX = 300_000;
/** Most leases of one account: bounds its state. */
export const LEASES_MAX = 64;
/** Longest name of a stream session. */
export const SESSION_LENGTH_MAX = 128;
/** Most ended sessions that are remembered; the oldest are dropped. */
const OVER_MAX = 256;

/** When the next timer is due; null when none runs. */
export function nextDue({ timers }: Readonly<AccountState>): number | null {
  let next = timers.cancelAfter?.at ?? null;
  for (const { at } of timers.leases.values()) if (next === null || at < next) next = at;
  return next;
}

/** The entries of all timers that are due. */
export function dueTimers({ timers }: Readonly<AccountState>, now: number): TimerEntry[] {
  const due: TimerEntry[] = [];
  if (timers.cancelAfter !== null && timers.cancelAfter.at <= now) due.push({ kind: "cancel_timer_fired" });
  for (const [session, { at }] of timers.leases) {
    if (at <= now) due.push({ kind: "lease_fired", session, cause: "expired", origin: NO_ORIGIN });
  }
  return due;
}

/**
 * Applies one timer entry. A timer that fires sends the cancels in the same entry, so that no crash can separate them.
 */
export function applyTimerEntry(state: AccountState, entry: TimerEntry, now: number, out: AccountOutputs): void {
  const { timers } = state;
  switch (entry.kind) {
    case "cancel_timer_set": {
      const { timeoutMs, origin } = entry;
      const at = now + timeoutMs;
      timers.cancelAfter = { at, requestId: origin.requestId };
      return recordTimer(
        state,
        "cancel_after.set",
        { timeout_seconds: timeoutMs / 1000, trigger_at: at },
        origin,
        now,
        out,
      );
    }
    case "cancel_timer_off":
      // It may have fired earlier in this commit.
      if (timers.cancelAfter === null) return;
      timers.cancelAfter = null;
      return recordTimer(state, "cancel_after.off", {}, entry.origin, now, out);
    case "cancel_timer_fired": {
      const set = timers.cancelAfter;
      timers.cancelAfter = null;
      const facts = { trigger_at: set?.at ?? now, set_by_request: set?.requestId ?? "" };
      return fireTimer(state, "cancel_after.fired", facts, NO_ORIGIN, now, out);
    }
    case "lease_held":
      return holdLease(state, entry, now, out);
    case "lease_released":
      if (!endLease(timers, entry.session, now)) return;
      return recordTimer(
        state,
        "cancel_on_disconnect.off",
        { session: entry.session },
        entry.origin ?? UNKNOWN_ORIGIN,
        now,
        out,
      );
    case "lease_fired": {
      const { session, cause, origin } = entry;
      const facts = { session, cause, set_by_request: timers.leases.get(session)?.requestId ?? "" };
      if (!endLease(timers, session, now)) return;
      return fireTimer(state, "cancel_on_disconnect.fired", facts, origin, now, out);
    }
  }
}

/** Starts or renews a lease. Renewals come every few seconds and are not audited. */
function holdLease(
  state: AccountState,
  entry: TimerEntry & { kind: "lease_held" },
  now: number,
  out: AccountOutputs,
): void {
  const { session, ttlMs, origin } = entry;
  const known = state.timers.leases.get(session);
  state.timers.leases.set(session, { at: now + ttlMs, requestId: known?.requestId ?? origin.requestId });
  if (known === undefined) recordTimer(state, "cancel_on_disconnect.set", { session }, origin, now, out);
}

/** Ends a lease and remembers the session as ended. False when the session had no lease. */
function endLease(timers: CancelTimers, session: string, now: number): boolean {
  const held = timers.leases.delete(session);
  timers.over.delete(session);
  timers.over.set(session, now + LEASE_MS_MAX);
  for (const [oldest, until] of timers.over) {
    if (until > now && timers.over.size <= OVER_MAX) break;
    timers.over.delete(oldest);
  }
  return held;
}

type Facts = Readonly<Record<string, unknown>>;

function fireTimer(
  state: AccountState,
  action: string,
  facts: Facts,
  origin: Origin,
  now: number,
  out: AccountOutputs,
): void {
  const orders = [...state.open.values()].filter(({ status }) => status !== "pending_cancel");
  recordTimer(state, action, { ...facts, orders: orders.length }, origin, now, out);
  for (const { id } of legsFirst(orders)) requestCancel(state, id, origin, now, out);
}

/** Audits a timer event. It moves no money, so the balances before and after are the same. */
function recordTimer(
  state: AccountState,
  action: string,
  body: Facts,
  origin: Origin,
  now: number,
  out: AccountOutputs,
): void {
  const found = balanceSnapshot(state, null, null);
  audit(state, { action, resource: `account/${state.accountId}`, body, before: found, after: found }, origin, now, out);
}
