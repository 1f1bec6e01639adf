CREATE TABLE "audit_events" (
	"shard" integer NOT NULL,
	"seq" bigint NOT NULL,
	"event_id" uuid NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"user_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"action" text NOT NULL,
	"resource" text NOT NULL,
	"result" text NOT NULL,
	"ip" text NOT NULL,
	"user_agent" text NOT NULL,
	"request_id" text NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "audit_events_pkey" PRIMARY KEY("shard","seq")
);
--> statement-breakpoint
CREATE INDEX "audit_events_account" ON "audit_events" USING btree ("account_id","occurred_at");--> statement-breakpoint
CREATE VIEW "public"."fills" WITH (security_barrier = true) AS (select "shard", "seq", "occurred_at", "user_id", "account_id", ("body" ->> 'order_id')::uuid as "order_id", "body" ->> 'client_order_id' as "client_order_id", "body" ->> 'symbol' as "symbol", "body" ->> 'side' as "side", ("body" ->> 'price')::numeric as "price", ("body" ->> 'qty')::numeric as "qty", ("body" ->> 'notional')::numeric as "notional", ("body" ->> 'trade_id')::bigint as "trade_id", ("body" ->> 'execution_id')::uuid as "execution_id", "body" ->> 'liquidity' as "liquidity", ("body" ->> 'cum_qty')::numeric as "cum_qty", ("body" ->> 'leaves_qty')::numeric as "leaves_qty" from "audit_events" where "audit_events"."action" = 'order.filled');--> statement-breakpoint
CREATE VIEW "public"."orders_accepted" WITH (security_barrier = true) AS (select "shard", "seq", "occurred_at", "user_id", "account_id", ("body" ->> 'order_id')::uuid as "order_id", "body" ->> 'client_order_id' as "client_order_id", "body" ->> 'symbol' as "symbol", "body" ->> 'side' as "side", "body" ->> 'type' as "type", "body" ->> 'time_in_force' as "time_in_force", ("body" ->> 'qty')::numeric as "qty", ("body" ->> 'limit_price')::numeric as "limit_price" from "audit_events" where "audit_events"."action" = 'order.accepted');--> statement-breakpoint
CREATE VIEW "public"."refusals" WITH (security_barrier = true) AS (select "shard", "seq", "occurred_at", "user_id", "account_id", "body" ->> 'reason' as "reason", "body" -> 'ticket' ->> 'clientOrderId' as "client_order_id", "body" -> 'ticket' ->> 'symbol' as "symbol", "body" -> 'ticket' ->> 'side' as "side", "body" -> 'ticket' ->> 'type' as "type", "body" -> 'ticket' ->> 'timeInForce' as "time_in_force", "body" -> 'ticket' ->> 'qty' as "qty", "body" -> 'ticket' ->> 'limitPrice' as "limit_price" from "audit_events" where "audit_events"."action" = 'order.refused');