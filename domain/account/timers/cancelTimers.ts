/**
 * What cancels every open order of an account by itself: the dead-man's switch, and the leases of streams that want
 * their orders cancelled when they are cut off. Times are the commit times of the account, in epoch milliseconds.
 */
export interface CancelTimers {
  /** The dead-man's switch; null while it is off. */
  cancelAfter: Deadline | null;
  /** Leases by session. */
  readonly leases: Map<string, Deadline>;
  /** When each session that is over may be forgotten, oldest first: a renewal that was late must not revive it. */
  readonly over: Map<string, number>;
}

interface Deadline {
  readonly at: number;
  /** The request that set it, to be found again in the record of what it did. */
  readonly requestId: string;
}

export function newTimers(): CancelTimers {
  return { cancelAfter: null, leases: new Map(), over: new Map() };
}

/** Plain data of the timers, for a snapshot. */
export interface SavedTimers {
  readonly cancelAfter: Deadline | null;
  readonly leases: readonly (readonly [string, Deadline])[];
  readonly over: readonly (readonly [string, number])[];
}

export function saveTimers({ cancelAfter, leases, over }: CancelTimers): SavedTimers {
  return { cancelAfter, leases: [...leases], over: [...over] };
}

/** Timers of a snapshot; none in one from before there were any. */
export function loadTimers(saved: SavedTimers | undefined): CancelTimers {
  if (saved === undefined) return newTimers();
  return { cancelAfter: saved.cancelAfter, leases: new Map(saved.leases), over: new Map(saved.over) };
}
