/**
 * The audit trail in PostgreSQL: append-only tables, and typed views over the facts in them. Written only by the audit
 * shards (auditWriter.ts); trading never waits for it. The migrations also contain what drizzle cannot express:
 * partitions by month and shard, roles, and the triggers that refuse every change.
 */
import { eq, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import {
  bigint,
  customType,
  index,
  integer,
  json,
  pgTable,
  pgView,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";

const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

/**
 * Every event of every account, one column per field of its line (protocol/audit/line.ts). (shard, seq) is the writer's
 * own numbering, without gaps; the time is in the key because the table is partitioned by it. `json`, not `jsonb`,
 * because it preserves the text, from which the line and its hash are computed again.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    shard: integer().notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    eventId: uuid("event_id").notNull(),
    timestamp: timestamp({ withTimezone: true }).notNull(),
    userId: uuid("user_id").notNull(),
    accountId: uuid("account_id").notNull(),
    action: text().notNull(),
    resource: text().notNull(),
    result: text().notNull(),
    ipAddress: text("ip_address").notNull(),
    userAgent: text("user_agent").notNull(),
    requestId: text("request_id").notNull(),
    body: json().$type<Record<string, unknown>>().notNull(),
    /** Balances before and after the event; null when it changed nothing. */
    before: json().$type<Record<string, unknown>>(),
    after: json().$type<Record<string, unknown>>(),
    /** Version of the line: 2; null for version 1, which has no actor. */
    version: smallint(),
    /** The user who acted; null for the exchange itself. `user_id` is the owner of the account. */
    actorId: uuid("actor_id"),
    /** The kind of the credential (domain/actor.ts): `session`, `api_key`, `app`, `admin` or `system`. */
    credentialKind: text("credential_kind"),
    credentialId: text("credential_id"),
    /** Hash over this line and the previous hash, and so over every earlier line of the shard (auditChain.ts). */
    hash: bytea().notNull(),
  },
  (table) => [
    primaryKey({ name: "audit_events_pkey", columns: [table.shard, table.seq, table.timestamp] }),
    index("audit_events_account").on(table.accountId, table.timestamp),
  ],
);

/** The last event of each shard's chain. A batch is written only if it continues this. */
export const auditHeads = pgTable("audit_heads", {
  shard: integer().primaryKey(),
  seq: bigint({ mode: "number" }).notNull(),
  hash: bytea().notNull(),
});

/** Signed heads of the chains, each with the hash of the shard's checkpoint before it. */
export const auditCheckpoints = pgTable(
  "audit_checkpoints",
  {
    shard: integer().notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    jws: text().notNull(),
  },
  (table) => [primaryKey({ name: "audit_checkpoints_pkey", columns: [table.shard, table.seq] })],
);

function factText(name: string): SQL.Aliased<string | null> {
  return sql<string | null>`${auditEvents.body} ->> ${sql.raw(`'${name}'`)}`.as(name);
}

/** A field of a refused order's ticket, as the client wrote it. */
function ticketText(field: string, name: string): SQL.Aliased<string | null> {
  return sql<string | null>`${auditEvents.body} -> 'ticket' ->> ${sql.raw(`'${field}'`)}`.as(name);
}

/** Amounts stay `numeric`: exact in SQL, decimal strings in JavaScript. */
function factAs(name: string, type: "uuid" | "numeric" | "bigint"): SQL.Aliased<string | null> {
  return sql<string | null>`(${auditEvents.body} ->> ${sql.raw(`'${name}'`)})::${sql.raw(type)}`.as(name);
}

const position = {
  shard: auditEvents.shard,
  seq: auditEvents.seq,
  timestamp: auditEvents.timestamp,
  userId: auditEvents.userId,
  accountId: auditEvents.accountId,
};

/** The actor of an accepted or refused order; null in events of version 1. */
const actor = {
  actorId: auditEvents.actorId,
  credentialKind: auditEvents.credentialKind,
  credentialId: auditEvents.credentialId,
};

/** Columns that accepted orders and fills have in common. */
const orderFacts = {
  orderId: factAs("order_id", "uuid"),
  clientOrderId: factText("client_order_id"),
  symbol: factText("symbol"),
  side: factText("side"),
};

// A security barrier makes the action filter run before a caller's own conditions: otherwise `where qty > 5` could
// cast the quantity of a refused order, which is whatever text the client sent.

/** One row per order that its account accepted. */
export const ordersAccepted = pgView("orders_accepted")
  .with({ securityBarrier: true })
  .as((query) =>
    query
      .select({
        ...position,
        ...orderFacts,
        type: factText("type"),
        timeInForce: factText("time_in_force"),
        qty: factAs("qty", "numeric"),
        limitPrice: factAs("limit_price", "numeric"),
        ...actor,
      })
      .from(auditEvents)
      .where(eq(auditEvents.action, sql.raw("'order.accepted'"))),
  );

/** One row per execution and side: a trade between two accounts is two rows with one trade id. */
export const fills = pgView("fills")
  .with({ securityBarrier: true })
  .as((query) =>
    query
      .select({
        ...position,
        ...orderFacts,
        price: factAs("price", "numeric"),
        qty: factAs("qty", "numeric"),
        notional: factAs("notional", "numeric"),
        tradeId: factAs("trade_id", "bigint"),
        executionId: factAs("execution_id", "uuid"),
        liquidity: factText("liquidity"),
        cumQty: factAs("cum_qty", "numeric"),
        leavesQty: factAs("leaves_qty", "numeric"),
      })
      .from(auditEvents)
      .where(eq(auditEvents.action, sql.raw("'order.filled'"))),
  );

/** One row per refused order. The ticket's fields are text, as the client sent them. */
export const refusals = pgView("refusals")
  .with({ securityBarrier: true })
  .as((query) =>
    query
      .select({
        ...position,
        reason: factText("reason"),
        clientOrderId: ticketText("clientOrderId", "client_order_id"),
        symbol: ticketText("symbol", "symbol"),
        side: ticketText("side", "side"),
        type: ticketText("type", "type"),
        timeInForce: ticketText("timeInForce", "time_in_force"),
        qty: ticketText("qty", "qty"),
        limitPrice: ticketText("limitPrice", "limit_price"),
        ...actor,
      })
      .from(auditEvents)
      .where(eq(auditEvents.action, sql.raw("'order.refused'"))),
  );
