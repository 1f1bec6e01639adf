import type { SavedPeers } from "./inboxOutbox.ts";

/**
 * What the rows of an actor hold, and how rows of older releases are read: the one place that knows of old formats.
 * A release that changes either raises FORMAT, adds a case here, and keeps the disks it leaves in test/journals/.
 */
export const FORMAT = 5;

/** Formats whose rows this release reads as they are. */
const READABLE: ReadonlySet<unknown> = new Set([1, 2, 3, 4, FORMAT]);

/** One entry of a journal row; a row has those of one commit. */
export type JournalEntry<Local, In> =
  | readonly [kind: "local", entry: Local]
  | readonly [kind: "mail", from: string, first: number, messages: readonly In[]]
  /** Mail that was put aside: it counts as applied, and never is. */
  | readonly [kind: "parked", from: string, seq: number]
  | readonly [kind: "acknowledged", to: string, through: number];

/** What a snapshot holds. */
export interface SavedActor<Out> {
  readonly state: unknown;
  readonly mailbox: SavedPeers<Out>;
  readonly now: number;
}

/** The entries of a row of any format. Throws on a format of a later release: it could only be misread. */
export function readEntries<Entry>(format: unknown, entries: unknown): readonly Entry[] {
  // Format 1 had the same entries, but for `parked`; since format 3 orders and reports are of more kinds; since format 4
  // accounts have withdrawals, and the addresses in their entries are sealed; since format 5 a book's journal says by which
  // rules it matches, and an order by which it settles: both are the first ones in what is older.
  if (READABLE.has(format)) return entries as readonly Entry[];
  throw new Error(`journal format ${String(format)} is not known to this release`);
}

/** A snapshot of any format, as today's. Throws on a format of a later release. */
export function readSnapshot(format: unknown, saved: unknown): unknown {
  if (format === 1) return fromFormat1(saved as Snapshot1);
  // Since format 3 a book is the bytes of its engine; it reads what it was before. Since format 4 an account has withdrawals.
  // Since format 5 a book has the version of its rules.
  if (READABLE.has(format)) return saved;
  throw new Error(`journal format ${String(format)} is not known to this release`);
}

/** Until format 1 a mailbox was kept as two lists, which named most peers twice. */
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

/** An envelope is bounded by its messages, a row by its bytes: mail that is too large for one row goes into two. */
export function halveMessages<Local, In>(entry: JournalEntry<Local, In>): JournalEntry<Local, In>[] {
  if (entry[0] !== "mail" || entry[3].length < 2) return [];
  const [kind, from, first, messages] = entry;
  const middle = messages.length >>> 1;
  return [
    [kind, from, first, messages.slice(0, middle)],
    [kind, from, first + middle, messages.slice(middle)],
  ];
}
