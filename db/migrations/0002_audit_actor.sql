-- Who acted (domain/actor.ts). Rows of before keep their lines: none of these columns is in them. The columns have no default,
-- so no row is written again. The views get theirs at the end, which keeps the rights on them.
ALTER TABLE "audit_events" ADD COLUMN "version" smallint;
--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "actor_id" uuid;
--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "credential_kind" text;
--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "credential_id" text;
--> statement-breakpoint
CREATE OR REPLACE VIEW "public"."orders_accepted" WITH (security_barrier = true) AS (select "shard", "seq", "timestamp", "user_id", "account_id", ("body" ->> 'order_id')::uuid as "order_id", "body" ->> 'client_order_id' as "client_order_id", "body" ->> 'symbol' as "symbol", "body" ->> 'side' as "side", "body" ->> 'type' as "type", "body" ->> 'time_in_force' as "time_in_force", ("body" ->> 'qty')::numeric as "qty", ("body" ->> 'limit_price')::numeric as "limit_price", "actor_id", "credential_kind", "credential_id" from "audit_events" where "audit_events"."action" = 'order.accepted');
--> statement-breakpoint
CREATE OR REPLACE VIEW "public"."refusals" WITH (security_barrier = true) AS (select "shard", "seq", "timestamp", "user_id", "account_id", "body" ->> 'reason' as "reason", "body" -> 'ticket' ->> 'clientOrderId' as "client_order_id", "body" -> 'ticket' ->> 'symbol' as "symbol", "body" -> 'ticket' ->> 'side' as "side", "body" -> 'ticket' ->> 'type' as "type", "body" -> 'ticket' ->> 'timeInForce' as "time_in_force", "body" -> 'ticket' ->> 'qty' as "qty", "body" -> 'ticket' ->> 'limitPrice' as "limit_price", "actor_id", "credential_kind", "credential_id" from "audit_events" where "audit_events"."action" = 'order.refused');
