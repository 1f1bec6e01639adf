/** What an actor tells about itself: for administrators, and for the actors that compare their mail with it. */

/** Something that only a person can put right. */
export interface Alert {
  /** Grows with each alert of one actor. */
  readonly id: number;
  /** When it was raised, epoch milliseconds. */
  readonly at: number;
  /** `mail_parked`, `mail_blocked`, `outbox_long`, `cursor_diverged`, … */
  readonly kind: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** False once what was wrong was seen to be right again. */
  readonly open: boolean;
}

/** Mail that could not be applied, put aside so that the mail after it goes on. */
export interface DeadLetter {
  readonly from: string;
  readonly seq: number;
  /** When it was put aside, epoch milliseconds. */
  readonly at: number;
  /** Why it could not be applied. */
  readonly error: string;
  /** JSON text of the message; its beginning, if it is very long. */
  readonly message: string;
}

/** How far the mail between two actors is, as one of them knows it: sequences of its last messages. */
export interface Cursors {
  /** Last one put into the outbox for the other, and last one that the other is known to have applied. */
  readonly sent: number;
  readonly acknowledged: number;
  /** Last one of the other that was applied here. */
  readonly applied: number;
}

export interface ActorReport {
  readonly address: string;
  /** Newest first. */
  readonly alerts: readonly Alert[];
  /** Newest first. */
  readonly parked: readonly DeadLetter[];
  /** Those that are owed mail first; `peerCount` says how many there are. */
  readonly peers: readonly (Cursors & { readonly peer: string })[];
  readonly peerCount: number;
  /** Rows and bytes since the last snapshot, and the bytes of that. */
  readonly journal: { readonly rows: number; readonly bytes: number; readonly snapshotBytes: number };
}

/** One actor asks another whether they agree: how far their mail is, and what rests there of its orders. */
export interface ReconcileRequest {
  readonly from: string;
  readonly cursors: Cursors;
  /** Its open orders at the one asked, with the lots that are left of each; null when there is nothing to compare. */
  readonly orders: readonly OpenOrder[] | null;
}

export type OpenOrder = readonly [orderId: string, leavesQty: number];

/** An order of which the two know different things: lots that are left, null where the order is not known. */
export interface OrderDifference {
  readonly orderId: string;
  readonly asked: number | null;
  readonly found: number | null;
}

export interface ReconcileResponse {
  /** How far the mail is for the one asked. */
  readonly cursors: Cursors;
  /** At most RECONCILE_FINDINGS_MAX of them. They mean something only when no mail is on its way either way. */
  readonly differing: readonly OrderDifference[];
}

/** What every actor answers. */
export interface ActorRpc {
  inspect(): Promise<ActorReport>;
  reconcile(inquiry: ReconcileRequest): Promise<ReconcileResponse>;
}
