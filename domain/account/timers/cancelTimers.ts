/**
 * Timers that cancel every open order of an account: the dead-man's switch, and the leases of stream sessions with
 * cancel-on-disconnect. Times are commit times of the account, in epoch milliseconds.
 */
export interface CancelTimers {
  /** The dead-man's switch; null while it is off. */
  cancelAfter: Deadline | null;
  /** Leases by session. */
  readonly leases: Map<string, Deadline>;
  /** Ended sessions and when each may be forgotten, oldest first. A late renewal must not revive one. */
  readonly over: Map<string, number>;
}

interface Deadline {
  readonly at: number;
  /** Id of the request that set it, for the audit record of its effect. */
  readonly requestId: string;
}

/** No timer is set. */
export function newTimers(): CancelTimers {
  return { cancelAfter: null, leases: new Map(), over: new Map() };
}

/** The timers as a snapshot stores them. */
export interface SavedTimers {
  readonly cancelAfter: Deadline | null;
  readonly leases: readonly (readonly [string, Deadline])[];
  readonly over: readonly (readonly [string, number])[];
}

/** The timers as a snapshot stores them. */
export function saveTimers({ cancelAfter, leases, over }: CancelTimers): SavedTimers {
  return { cancelAfter, leases: [...leases], over: [...over] };
}

/** Loads the timers of a snapshot. Snapshots of the first releases have none. */
export function loadTimers(saved: SavedTimers | undefined): CancelTimers {
  if (saved === undefined) return newTimers();
  return { cancelAfter: saved.cancelAfter, leases: new Map(saved.leases), over: new Map(saved.over) };
}
