import { Hono } from "hono";
import { auditShardObject } from "../../../durable-objects/actor/namespaces.ts";
import { checkpointQuery } from "../../../protocol/auditCheckpoint.ts";
import type { CheckpointKey } from "../../../protocol/auditCheckpoint.ts";
import { ApiFault, ask, wellFormed } from "../../../protocol/fault.ts";
import { readQuery } from "../../../protocol/read.ts";
import type { AppContext, AppEnv } from "../context.ts";
import { resource } from "../resource.ts";

/** The audit trail, as far as anybody may see it. */
export const auditRoutes = new Hono<AppEnv>();

/** Open to everybody: a checkpoint says how far a shard is and its hash, and nothing of what the events are. */
resource(auditRoutes, "/v1/audit/checkpoints", {
  GET: async (c) => {
    const { shard, limit } = wellFormed(readQuery(checkpointQuery, new URL(c.req.url).searchParams));
    const shards = await shardsAsked(c, shard);
    const answers = await Promise.all(shards.map((number) => checkpointsOf(c, number, limit)));
    const keys = new Map(answers.flatMap((answer) => answer.keys).map((key) => [key["kid"], key]));
    return c.json({ checkpoints: answers.flatMap(({ checkpoints }) => checkpoints), keys: [...keys.values()] });
  },
});

/** The numbers of the shards asked for. Shard 0 knows how many there are: asking for others would make objects. */
async function shardsAsked(c: AppContext, shard: number | null): Promise<number[]> {
  const { shards } = await ask(() => auditShardObject(c.env, 0).status());
  if (shard === null) return Array.from({ length: shards }, (_, number) => number);
  if (shard >= shards)
    throw new ApiFault({ reason: "query_invalid", parameter: "shard", expected: `0 to ${shards - 1}` });
  return [shard];
}

async function checkpointsOf(c: AppContext, shard: number, limit: number) {
  const object = auditShardObject(c.env, shard);
  const [newest, keys] = await Promise.all([
    ask(() => object.checkpoints(limit)),
    ask((): Promise<CheckpointKey[]> => object.checkpointKeys()),
  ]);
  return { checkpoints: newest.map(({ seq, jws }) => ({ shard, seq, jws })), keys };
}
