/** The shards of the audit trail. Shard 0 knows their number; calling an unknown shard would create it. */
import { auditShardObject } from "../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask } from "../../protocol/http/apiFault.ts";
import { auditShards, type ShardCounts } from "../../protocol/ids/residency.ts";
import type { Bindings } from "./context.ts";

export async function shardCounts(env: Bindings): Promise<ShardCounts> {
  const { shards: world, euShards: eu = 0 } = await ask(() => auditShardObject(env, 0).status());
  return { world, eu };
}

export async function shardNumbers(env: Bindings): Promise<number[]> {
  return auditShards(await shardCounts(env));
}

/** The shard, if it exists; otherwise ends the request with the numbers that do. */
export function shardOf(shards: readonly number[], shard: number): number {
  if (shards.includes(shard)) return shard;
  // Two ranges: the venue's shards and the EU's.
  const ends = shards.filter((number) => !shards.includes(number + 1));
  const rows = ends.map(
    (last, i) => `${i === 0 ? 0 : shards.find((number) => number > (ends[i - 1] ?? 0))} to ${last}`,
  );
  throw new ApiFault({ reason: "query_invalid", parameter: "shard", expected: rows.join(", or ") });
}
