import type { SavedPeers } from "./inboxOutbox.ts";

/**
 * The persisted form of journal rows and snapshots, and the readers of older formats. A release that changes either
 * raises FORMAT, adds a case here and keeps a state of the previous format in test/journals/.
 */
export const FORMAT = 11;

/** Formats that need no conversion. */
const READABLE: ReadonlySet<unknown> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, FORMAT]);

/** One entry of a journal row; a row holds the entries of one commit. The names are persisted. */
export type JournalEntry<Local, In> =
  | readonly [kind: "local", entry: Local]
  | readonly [kind: "mail", from: string, first: number, messages: readonly In[]]
  /** A dead letter: the message counts as applied. */
  | readonly [kind: "parked", from: string, seq: number]
  | readonly [kind: "acknowledged", to: string, through: number];

/** A snapshot. The names are persisted. */
export interface SavedActor<Out> {
  readonly state: unknown;
  readonly mailbox: SavedPeers<Out>;
  readonly now: number;
}

/** The entries of a row of any known format. Throws on the format of a later release. */
export function readEntries<Entry>(format: unknown, entries: unknown): readonly Entry[] {
  // Format 2 added `parked`; 3 added order types and reports; 4 added withdrawals and encrypted client addresses; 5 added
  // the version of the matching and settlement rules, which is 1 where it is missing; 6 added projections (a
  // release without them would not write the rows of the newest commits) and shapes (rowCodec.ts); 7 added audit events
  // as texts in the outbox of a snapshot; 8 added rows of many audit events (audit/eventRows.ts)
  // and of trade updates with each order once (account/updateRows.ts); 9 added settings of accounts, the
  // record of activities and tax lots; 10 added what closings ask for, audit records of liquidations, and refs of orders
  // in readings of a paper book; when a paper account began again; transfers of shares with their lots; dates and costs of
  // deposits; limits of plans; tax lots that orders name; daily losses; sweeps of fees to house accounts; names
  // of settings in audit records; 11 added the price source of an instrument, and the
  // reference price of a feed.
  if (READABLE.has(format)) return entries as readonly Entry[];
  throw new Error(`journal format ${String(format)} is not known to this release`);
}

/** A snapshot of any known format, converted to the current one. Throws on the format of a later release. */
export function readSnapshot(format: unknown, saved: unknown): unknown {
  if (format === 1) return fromFormat1(saved as Snapshot1);
  // Format 3 stores a book as the bytes of its engine; the book itself reads the older form. Format 4 added withdrawals,
  // format 5 the version of a book's rules.
  if (READABLE.has(format)) return saved;
  throw new Error(`journal format ${String(format)} is not known to this release`);
}

/** Format 1 kept applied sequences and outboxes in two lists, which named most peers twice. */
interface Snapshot1 {
  readonly state: unknown;
  readonly mailbox: {
    readonly applied: readonly (readonly [from: string, sequence: number])[];
    readonly outgoing: readonly (readonly [to: string, acknowledged: number, pending: readonly unknown[]])[];
  };
  readonly now: number;
}

function fromFormat1({ state, mailbox, now }: Snapshot1): SavedActor<unknown> {
  const applied = new Map(mailbox.applied);
  const peers = mailbox.outgoing.map(([peer, acknowledged, pending]) => {
    const through = applied.get(peer) ?? 0;
    applied.delete(peer);
    return [peer, through, acknowledged, pending] as const;
  });
  return { state, mailbox: [...peers, ...[...applied].map(([peer, through]) => [peer, through, 0, []] as const)], now };
}

/** Divides an entry of messages in two, for an entry whose bytes exceed one row. */
export function halveMessages<Local, In>(entry: JournalEntry<Local, In>): JournalEntry<Local, In>[] {
  if (entry[0] !== "mail" || entry[3].length < 2) return [];
  const [kind, from, first, messages] = entry;
  const middle = messages.length >>> 1;
  return [
    [kind, from, first, messages.slice(0, middle)],
    [kind, from, first + middle, messages.slice(middle)],
  ];
}
