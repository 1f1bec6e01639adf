/** RPC of every actor: its report for administrators, and reconciliation between two actors. */

/** A problem that needs an operator. */
export interface Alert {
  /** Grows with each alert of one actor. */
  readonly id: number;
  /** When it was raised, epoch milliseconds. */
  readonly at: number;
  /** `mail_parked`, `mail_blocked`, `outbox_long`, `cursor_diverged`, `tape_gap`, … */
  readonly kind: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** False once the problem is gone. */
  readonly open: boolean;
}

/** A message that could not be applied and was skipped, so that the messages after it are applied. */
export interface DeadLetter {
  readonly from: string;
  readonly seq: number;
  /** When it was skipped, epoch milliseconds. */
  readonly at: number;
  /** Why it could not be applied. */
  readonly error: string;
  /** JSON text of the message; its beginning, if it is very long. */
  readonly message: string;
}

/** Sequences of the messages between two actors, as one of them has them. */
export interface Cursors {
  /** Last message put into the outbox for the other actor, and last one that it has acknowledged. */
  readonly sent: number;
  readonly acknowledged: number;
  /** Last message of the other actor that was applied here. */
  readonly applied: number;
}

export interface ActorReport {
  readonly address: string;
  /** Newest first. */
  readonly alerts: readonly Alert[];
  /** The dead letters, newest first. */
  readonly parked: readonly DeadLetter[];
  /** Peers with pending messages first, at most REPORT_PEERS_MAX; `peerCount` counts all. */
  readonly peers: readonly (Cursors & { readonly peer: string })[];
  readonly peerCount: number;
  /** Rows and bytes since the last snapshot, and the bytes of the snapshot. */
  readonly journal: { readonly rows: number; readonly bytes: number; readonly snapshotBytes: number };
}

/** One actor compares its message cursors and its open orders with those of another. */
export interface ReconcileRequest {
  readonly from: string;
  readonly cursors: Cursors;
  /** Its open orders at the other actor, with the lots left of each; null when the other actor has no orders. */
  readonly orders: readonly OpenOrder[] | null;
}

export type OpenOrder = readonly [orderId: string, leavesQty: number];

/** An order on which the two differ: lots left at the requesting actor and at the responding one, null where it is unknown. */
export interface OrderDifference {
  readonly orderId: string;
  readonly asked: number | null;
  readonly found: number | null;
}

export interface ReconcileResponse {
  /** The cursors of the responding actor. */
  readonly cursors: Cursors;
  /** At most RECONCILE_FINDINGS_MAX. Meaningful only when no message is in flight in either direction. */
  readonly differing: readonly OrderDifference[];
}

/** The RPC methods of every actor. */
export interface ActorRpc {
  inspect(): Promise<ActorReport>;
  reconcile(inquiry: ReconcileRequest): Promise<ReconcileResponse>;
}
