/**
 * The audit trail in PostgreSQL: one append-only table, and typed views over its facts. Written only by the audit
 * shards (auditWriter.ts); trading never waits for it.
 */
import { eq, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, pgView, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Every event of every account. (shard, seq) is the writer's own numbering: without gaps, and the key of repeats. */
export const auditEvents = pgTable(
  "audit_events",
  {
    shard: integer().notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    eventId: uuid("event_id").notNull(),
    occurredAt: timestamp("occurred_at", { withTimezone: true }).notNull(),
    userId: uuid("user_id").notNull(),
    accountId: uuid("account_id").notNull(),
    action: text().notNull(),
    resource: text().notNull(),
    result: text().notNull(),
    ip: text().notNull(),
    userAgent: text("user_agent").notNull(),
    requestId: text("request_id").notNull(),
    body: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ name: "audit_events_pkey", columns: [table.shard, table.seq] }),
    index("audit_events_account").on(table.accountId, table.occurredAt),
  ],
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
  occurredAt: auditEvents.occurredAt,
  userId: auditEvents.userId,
  accountId: auditEvents.accountId,
};

/** What accepted orders and fills say alike of their order. */
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

/** One row per refused order. The ticket's fields are text: they are what the client sent, right or wrong. */
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
      })
      .from(auditEvents)
      .where(eq(auditEvents.action, sql.raw("'order.refused'"))),
  );
