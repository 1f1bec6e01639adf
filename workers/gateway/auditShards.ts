/** Which shards the audit trail has. Shard 0 knows: asking for one that there is not would make it. */
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

/** The shard, if it is one of these; otherwise ends the request with what would have done. */
export function shardOf(shards: readonly number[], shard: number): number {
  if (shards.includes(shard)) return shard;
  // In a row each: those of the venue, and those of the EU.
  const ends = shards.filter((number) => !shards.includes(number + 1));
  const rows = ends.map(
    (last, i) => `${i === 0 ? 0 : shards.find((number) => number > (ends[i - 1] ?? 0))} to ${last}`,
  );
  throw new ApiFault({ reason: "query_invalid", parameter: "shard", expected: rows.join(", or ") });
}
