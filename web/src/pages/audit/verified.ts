/** What a verification has found so far, over its pages. */
import type { Verification } from "./trail.ts";

interface VerifiedShard {
  readonly shard: number;
  readonly events: number;
  readonly through: number;
  readonly ok: boolean;
}

interface Difference {
  readonly shard: number;
  readonly seq: number;
  readonly kind: string;
  readonly detail: string;
}

export interface Verified {
  readonly shards: readonly VerifiedShard[];
  readonly differences: readonly Difference[];
  /** `open`: there are more pages; `holds`: all were read, and nothing differs. */
  readonly result: "open" | "holds" | "differs";
}

export const NOTHING_VERIFIED: Verified = { shards: [], differences: [], result: "open" };

export const verifiedEvents = ({ shards }: Verified): number => shards.reduce((sum, { events }) => sum + events, 0);

/** Adds a page. A difference stays, whatever later pages say. */
export function addPage(before: Verified, page: Verification): Verified {
  const shards = new Map(before.shards.map((one) => [one.shard, one]));
  const differences = [...before.differences];
  for (const { shard, events, through, ok, first_difference: first } of page.shards) {
    const known = shards.get(shard);
    shards.set(shard, {
      shard,
      events: (known?.events ?? 0) + events,
      through: Math.max(known?.through ?? 0, through),
      ok: ok && (known?.ok ?? true),
    });
    if (first !== null) differences.push({ shard, seq: first.seq, kind: first.kind, detail: first.detail });
  }
  const all = [...shards.values()].sort((a, b) => a.shard - b.shard);
  const isBad = differences.length > 0 || all.some(({ ok }) => !ok);
  return { shards: all, differences, result: isBad ? "differs" : page.next === null ? "holds" : "open" };
}
