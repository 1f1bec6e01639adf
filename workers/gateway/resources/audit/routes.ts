import type { AccountId } from "../../../../domain/ids.ts";
import { accountObject, auditShardObject, houseObject } from "../../../../durable-objects/actor/namespaces.ts";
import { type CheckpointKey, checkpointQuery } from "../../../../protocol/audit/checkpoint.ts";
import { eventsQuery, nextText, verifyQuery } from "../../../../protocol/wire/auditQuery.ts";
import { auditedToWire } from "../../../../protocol/mapping/auditedAccount.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { houseNamed } from "../../../../protocol/ids/residency.ts";
import type { AuditedAccount } from "../../../../protocol/rpc/account.ts";
import { originsRequest } from "../../../../protocol/wire/privacy.ts";
import { isUuid } from "../../../../protocol/wire/query.ts";
import { readBody, readQuery } from "../../../../protocol/http/readRequest.ts";
import type { WireCheckpoints, WireJournals, WireVerification } from "../../../../protocol/wire/audit.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJson } from "../../body.ts";
import type { AppContext } from "../../context.ts";
import { defineResource } from "../../resource.ts";
import { shardNumbers, shardOf } from "../../auditShards.ts";
import { searchTrail } from "../../trailSearch.ts";
import { ACCESS } from "./access.ts";

/** The audit trail: checkpoints for everybody, verification for auditors. */
export const auditResource = defineResource("audit", ACCESS, {
  "/v1/audit/checkpoints": {
    GET: async (c) => {
      const { shard, limit } = unwrap(readQuery(checkpointQuery, new URL(c.req.url).searchParams));
      const shards = await shardsAsked(c, shard);
      const answers = await Promise.all(shards.map((number) => checkpointsOf(c, number, limit)));
      const keys = new Map(answers.flatMap((answer) => answer.keys).map((key) => [key["kid"], key]));
      return c.json<WireCheckpoints>({
        checkpoints: answers.flatMap(({ checkpoints }) => checkpoints),
        keys: [...keys.values()],
      });
    },
  },

  /** Verifies the chains in PostgreSQL a part at a time: at most `limit` events of each shard in one call. */
  "/v1/audit/verify": {
    GET: async (c) => {
      const { next, limit } = unwrap(readQuery(verifyQuery, new URL(c.req.url).searchParams));
      const all = await shardsAsked(c, null);
      const places = next ?? all.map((shard) => ({ shard, after: 0 }));
      if (places.some(({ shard }) => !all.includes(shard))) {
        throw new ApiFault({ reason: "query_invalid", parameter: "next", expected: "the `next` of an earlier answer" });
      }
      const pages = await Promise.all(
        places.map(({ shard, after }) => ask(() => auditShardObject(c.env, shard).verify(after, limit))),
      );
      const shards = pages.map(({ firstDifference: first, shard, from, through, events, head, ok }) => ({
        shard,
        from,
        through,
        events,
        head,
        ok,
        first_difference:
          first === null ? null : { seq: first.seq, event_id: first.eventId, kind: first.kind, detail: first.detail },
      }));
      return c.json<WireVerification>({ ok: pages.every(({ ok }) => ok), shards, next: nextText(pages) });
    },
  },

  /** The drained position on each shard's own disk, to compare with PostgreSQL. */
  "/v1/audit/journals": {
    GET: async (c) => {
      const shards = await shardsAsked(c, null);
      const journals = await Promise.all(
        shards.map(async (shard) => {
          const journal = await ask(() => auditShardObject(c.env, shard).journal());
          const { drained, taken, brokenAt, checkedThrough } = journal;
          return { shard, drained, taken, broken_at: brokenAt, checked_through: checkedThrough };
        }),
      );
      return c.json<WireJournals>({ journals });
    },
  },

  /** An account as it is now, with the number of its last audited event. */
  "/v1/audit/accounts/:id": {
    GET: async (c) => {
      const accountId = c.req.param("id").toLowerCase();
      const audited = isUuid(accountId) ? await auditedAccount(c, accountId) : null;
      if (audited === null) throw new ApiFault({ reason: "account_not_found" });
      return c.json(auditedToWire(audited));
    },
  },

  "/v1/audit/events": {
    GET: async (c) => c.json(await searchTrail(c.env, unwrap(readQuery(eventsQuery, new URL(c.req.url).searchParams)))),
  },

  /** Decrypts client info of an account, for auditors. Each access is recorded in the admin log. */
  "/v1/audit/accounts/:id/origins": {
    POST: async (c) => {
      const accountId = c.req.param("id").toLowerCase();
      const { origins } = unwrap(readBody(originsRequest, await readJson(c.req.raw)));
      const account = isUuid(accountId) ? accountObject(c.env, accountId) : null;
      if (account === null || (await ask(() => account.summary())) === null) {
        throw new ApiFault({ reason: "account_not_found" });
      }
      const encrypted = origins.map((each) => ({ ip: each.ip_address, userAgent: each.user_agent }));
      const opened = await recordAdminAction(
        c,
        "account.origins_opened",
        accountId,
        { origins: origins.length },
        async () => {
          return { value: await ask(() => account.openOrigins(encrypted)) };
        },
      );
      const decrypted = opened.map((each) =>
        each === null ? null : { ip_address: each.ip, user_agent: each.userAgent },
      );
      return c.json({ origins: decrypted });
    },
  },
});

/** An account of a user or of the house; null when it was never opened. */
function auditedAccount(c: AppContext, accountId: AccountId): Promise<AuditedAccount | null> {
  const house = houseNamed(accountId);
  return ask(() => (house === null ? accountObject(c.env, accountId) : houseObject(c.env, house)).audited());
}

/** The numbers of the shards asked for. */
async function shardsAsked(c: AppContext, shard: number | null): Promise<number[]> {
  const shards = await shardNumbers(c.env);
  return shard === null ? shards : [shardOf(shards, shard)];
}

async function checkpointsOf(c: AppContext, shard: number, limit: number) {
  const object = auditShardObject(c.env, shard);
  const [newest, keys] = await Promise.all([
    ask(() => object.checkpoints(limit)),
    ask((): Promise<CheckpointKey[]> => object.checkpointKeys()),
  ]);
  return { checkpoints: newest.map(({ seq, jws }) => ({ shard, seq, jws })), keys };
}
