import type { DepthChanges } from "../../../protocol/rpc/orderBook.ts";
import type { OwnOrders } from "../../../protocol/stream/depth.ts";
import { concatBytes } from "../../../protocol/stream/bytes.ts";

/** Changes that are kept for subscribers that resume: a minute of a busy book, and no more memory than this. */
const CHANGES_MAX = 600;
const BYTES_MAX = 1_048_576;

/** One element, and the sequence after it. */
export interface LoggedChange {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly owners: Readonly<Record<string, OwnOrders>>;
}

/** The newest changes of a depth channel, in memory: a subscriber that is older gets a snapshot. */
export class ChangeLog {
  readonly #changes: LoggedChange[] = [];
  #bytes = 0;
  /** It has every change after this sequence. */
  #since: number;

  constructor(sequence: number) {
    this.#since = sequence;
  }

  add(change: LoggedChange): void {
    this.#changes.push(change);
    this.#bytes += change.bytes.length;
    while (this.#changes.length > CHANGES_MAX || this.#bytes > BYTES_MAX) {
      const dropped = this.#changes.shift();
      if (dropped === undefined) return;
      this.#bytes -= dropped.bytes.length;
      this.#since = dropped.sequence;
    }
  }

  /** The changes after a sequence, none of them when there are none; undefined when not all are kept. */
  after(sequence: number): DepthChanges | undefined {
    if (sequence < this.#since) return undefined;
    return mergeChanges(this.#changes.filter((change) => change.sequence > sequence));
  }
}

/** Consecutive elements as one part of a segment. */
export function mergeChanges(changes: readonly Pick<LoggedChange, "bytes" | "owners">[]): DepthChanges {
  return joinChanges(changes.map(({ bytes, owners }) => ({ bytes, count: 1, owners })));
}

/** Consecutive parts of segments as one. */
export function joinChanges(parts: readonly DepthChanges[]): DepthChanges {
  const owners = new Map<string, OwnOrders>();
  for (const part of parts) {
    for (const [account, own] of Object.entries(part.owners ?? {})) {
      owners.set(account, [...(owners.get(account) ?? []), ...own]);
    }
  }
  return {
    bytes: concatBytes(parts.map(({ bytes }) => bytes)),
    count: parts.reduce((sum, { count }) => sum + count, 0),
    ...(owners.size === 0 ? {} : { owners: Object.fromEntries(owners) }),
  };
}
