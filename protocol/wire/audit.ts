/** Answers of the audit endpoints and reports of actors. */
import * as z from "zod";
import { decimal, time, uuid } from "./primitives.ts";

const facts = z.record(z.string(), z.unknown());
const place = z.object({ seq: z.int(), hash: z.string() }).meta({ id: "AuditPlace" });

export const wireCheckpoints = z
  .object({
    checkpoints: z.array(
      z.object({
        shard: z.int(),
        seq: z.int(),
        jws: z.string().meta({ description: "compact JWS (ES256) over shard, seq, hash, at and previous" }),
      }),
    ),
    keys: z.array(z.record(z.string(), z.string())).meta({ description: "public JWKs, by kid" }),
  })
  .meta({ id: "Checkpoints" });
export type WireCheckpoints = Readonly<z.infer<typeof wireCheckpoints>>;

export const wireVerification = z
  .object({
    ok: z.boolean(),
    shards: z.array(
      z.object({
        shard: z.int(),
        from: z.int(),
        through: z.int(),
        events: z.int(),
        head: place.nullable(),
        ok: z.boolean(),
        first_difference: z
          .object({ seq: z.int(), event_id: z.string().nullable(), kind: z.string(), detail: z.string() })
          .nullable(),
      }),
    ),
    next: z
      .string()
      .nullable()
      .meta({ description: "send it with the next request; null when every shard was read to its end" }),
  })
  .meta({ id: "Verification" });
export type WireVerification = Readonly<z.infer<typeof wireVerification>>;

export const wireJournals = z
  .object({
    journals: z.array(
      z.object({
        shard: z.int(),
        drained: place.nullable(),
        taken: place.nullable(),
        broken_at: z.int().nullable(),
        checked_through: z.int(),
      }),
    ),
  })
  .meta({ id: "AuditJournals" });
export type WireJournals = Readonly<z.infer<typeof wireJournals>>;

export const wireAudited = z
  .object({
    account_id: uuid,
    events: z.int().meta({ description: "number of its last audited event" }),
    cash: decimal,
    cash_held: decimal,
    positions: z.array(
      z.object({
        symbol: z.string(),
        qty: decimal,
        qty_held: decimal,
        cost_basis: decimal,
        tax_lots: z.string().optional().meta({ description: "a hash of its tax lots" }),
      }),
    ),
    open_orders: z.array(
      z.object({
        order_id: uuid,
        symbol: z.string(),
        side: z.enum(["buy", "sell"]),
        status: z.string(),
        qty: decimal,
        filled_qty: decimal,
        limit_price: decimal.nullable(),
        held: decimal,
        shown: z.boolean(),
      }),
    ),
  })
  .meta({ id: "AuditedAccount" });
export type WireAudited = Readonly<z.infer<typeof wireAudited>>;

/** An event of the trail. The client info is encrypted; `POST /v1/audit/accounts/{id}/origins` decrypts it. */
export const wireAuditEvent = z
  .object({
    shard: z.int(),
    seq: z.int().meta({ description: "its place in the chain of the shard" }),
    event_id: uuid,
    at: time,
    user_id: uuid.meta({ description: "the owner of the account" }),
    account_id: uuid,
    action: z.string(),
    resource: z.string().meta({ description: "`order/<id>` or `account/<id>`" }),
    result: z.string(),
    actor: z
      .object({
        user_id: uuid.nullable().meta({ description: "null: the exchange itself" }),
        credential_kind: z.string(),
        credential_id: z.string(),
      })
      .nullable()
      .meta({ description: "null in events of version 1" }),
    request_id: z.string(),
    ip_address: z.string().meta({ description: "encrypted" }),
    user_agent: z.string().meta({ description: "encrypted" }),
    body: facts,
    before: facts.nullable().meta({ description: "balances before the event; null: it changed nothing" }),
    after: facts.nullable(),
    hash: z.string().meta({ description: "over this event and the hash before it" }),
  })
  .meta({ id: "AuditEvent" });
export type WireAuditEvent = Readonly<z.infer<typeof wireAuditEvent>>;

export const wireAuditEvents = z
  .object({
    events: z.array(wireAuditEvent).meta({ description: "newest first" }),
    next: z.string().nullable().meta({ description: "send it with the next request; null: this is the last page" }),
  })
  .meta({ id: "AuditEvents" });
export type WireAuditEvents = Readonly<z.infer<typeof wireAuditEvents>>;

/** The report of an actor, as protocol/rpc/actor.ts describes it; it is answered unchanged. */
export const actorReport = z
  .object({
    address: z.string(),
    alerts: z
      .array(z.object({ id: z.int(), at: z.int(), kind: z.string(), facts: facts.readonly(), open: z.boolean() }))
      .readonly(),
    parked: z
      .array(z.object({ from: z.string(), seq: z.int(), at: z.int(), error: z.string(), message: z.string() }))
      .readonly(),
    peers: z.array(z.object({ peer: z.string(), sent: z.int(), acknowledged: z.int(), applied: z.int() })).readonly(),
    peerCount: z.int(),
    journal: z.object({ rows: z.int(), bytes: z.int(), snapshotBytes: z.int() }).readonly(),
  })
  .meta({ id: "ActorReport" });
