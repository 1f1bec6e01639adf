-- Tables and views are drizzle-kit's, from db/schema.ts; partitions, roles, functions and triggers are written by hand.
DROP VIEW "public"."fills";
--> statement-breakpoint
DROP VIEW "public"."orders_accepted";
--> statement-breakpoint
DROP VIEW "public"."refusals";
--> statement-breakpoint
-- What was written before the hash chain stays readable under another name.
DO $$
BEGIN
	IF EXISTS (SELECT FROM "audit_events") THEN
		ALTER TABLE "audit_events" RENAME TO "audit_events_v1";
		ALTER INDEX "audit_events_pkey" RENAME TO "audit_events_v1_pkey";
		ALTER INDEX "audit_events_account" RENAME TO "audit_events_v1_account";
	ELSE
		DROP TABLE "audit_events";
	END IF;
END $$;
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"shard" integer NOT NULL,
	"seq" bigint NOT NULL,
	"event_id" uuid NOT NULL,
	"timestamp" timestamp with time zone NOT NULL,
	"user_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"action" text NOT NULL,
	"resource" text NOT NULL,
	"result" text NOT NULL,
	"ip_address" text NOT NULL,
	"user_agent" text NOT NULL,
	"request_id" text NOT NULL,
	"body" json NOT NULL,
	"before" json,
	"after" json,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "audit_events_pkey" PRIMARY KEY("shard","seq","timestamp")
) PARTITION BY RANGE ("timestamp");
--> statement-breakpoint
CREATE INDEX "audit_events_account" ON "audit_events" USING btree ("account_id","timestamp");
--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"shard" integer PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_checkpoints" (
	"shard" integer NOT NULL,
	"seq" bigint NOT NULL,
	"jws" text NOT NULL,
	CONSTRAINT "audit_checkpoints_pkey" PRIMARY KEY("shard","seq")
);
--> statement-breakpoint
CREATE VIEW "public"."fills" WITH (security_barrier = true) AS (select "shard", "seq", "timestamp", "user_id", "account_id", ("body" ->> 'order_id')::uuid as "order_id", "body" ->> 'client_order_id' as "client_order_id", "body" ->> 'symbol' as "symbol", "body" ->> 'side' as "side", ("body" ->> 'price')::numeric as "price", ("body" ->> 'qty')::numeric as "qty", ("body" ->> 'notional')::numeric as "notional", ("body" ->> 'trade_id')::bigint as "trade_id", ("body" ->> 'execution_id')::uuid as "execution_id", "body" ->> 'liquidity' as "liquidity", ("body" ->> 'cum_qty')::numeric as "cum_qty", ("body" ->> 'leaves_qty')::numeric as "leaves_qty" from "audit_events" where "audit_events"."action" = 'order.filled');
--> statement-breakpoint
CREATE VIEW "public"."orders_accepted" WITH (security_barrier = true) AS (select "shard", "seq", "timestamp", "user_id", "account_id", ("body" ->> 'order_id')::uuid as "order_id", "body" ->> 'client_order_id' as "client_order_id", "body" ->> 'symbol' as "symbol", "body" ->> 'side' as "side", "body" ->> 'type' as "type", "body" ->> 'time_in_force' as "time_in_force", ("body" ->> 'qty')::numeric as "qty", ("body" ->> 'limit_price')::numeric as "limit_price" from "audit_events" where "audit_events"."action" = 'order.accepted');
--> statement-breakpoint
CREATE VIEW "public"."refusals" WITH (security_barrier = true) AS (select "shard", "seq", "timestamp", "user_id", "account_id", "body" ->> 'reason' as "reason", "body" -> 'ticket' ->> 'clientOrderId' as "client_order_id", "body" -> 'ticket' ->> 'symbol' as "symbol", "body" -> 'ticket' ->> 'side' as "side", "body" -> 'ticket' ->> 'type' as "type", "body" -> 'ticket' ->> 'timeInForce' as "time_in_force", "body" -> 'ticket' ->> 'qty' as "qty", "body" -> 'ticket' ->> 'limitPrice' as "limit_price" from "audit_events" where "audit_events"."action" = 'order.refused');
--> statement-breakpoint
-- Append-only, for the owner as well. ALWAYS: also under session_replication_role = replica.
CREATE FUNCTION "audit_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the audit trail is append-only: % of %.% refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
		USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE FUNCTION "audit_guard"(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	EXECUTE format('CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
		'FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_change()', target);
	EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_append_only', target);
END $$;
--> statement-breakpoint
-- Statement triggers are not inherited, so each partition gets its own; this row trigger is, and is there for
-- partitions that somebody makes by hand.
CREATE TRIGGER "audit_append_only_rows" BEFORE UPDATE OR DELETE ON "audit_events"
	FOR EACH ROW EXECUTE FUNCTION "audit_refuse_change"();
--> statement-breakpoint
ALTER TABLE "audit_events" ENABLE ALWAYS TRIGGER "audit_append_only_rows";
--> statement-breakpoint
SELECT "audit_guard"('"audit_events"'), "audit_guard"('"audit_checkpoints"');
--> statement-breakpoint
-- A head only moves on.
CREATE TRIGGER "audit_head_stays" BEFORE DELETE OR TRUNCATE ON "audit_heads"
	FOR EACH STATEMENT EXECUTE FUNCTION "audit_refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "audit_head_forward" BEFORE UPDATE ON "audit_heads"
	FOR EACH ROW WHEN (NEW."shard" <> OLD."shard" OR NEW."seq" <= OLD."seq")
	EXECUTE FUNCTION "audit_refuse_change"();
--> statement-breakpoint
ALTER TABLE "audit_heads" ENABLE ALWAYS TRIGGER "audit_head_stays", ENABLE ALWAYS TRIGGER "audit_head_forward";
--> statement-breakpoint
-- For events of months that have no partition: nothing waits for one.
CREATE TABLE "audit_events_default" PARTITION OF "audit_events" DEFAULT;
--> statement-breakpoint
SELECT "audit_guard"('"audit_events_default"');
--> statement-breakpoint
-- Makes the missing months from the last one to `ahead` months from now (UTC) and answers how many. The writer calls
-- it without being allowed to make tables otherwise.
CREATE FUNCTION "audit_ensure_months"(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
	this_month CONSTANT timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
	first timestamp;
	month text;
	bounds text;
	made integer := 0;
BEGIN
	IF ahead NOT BETWEEN 0 AND 24 THEN
		RAISE EXCEPTION '0 to 24 months ahead, not %', ahead USING ERRCODE = 'invalid_parameter_value';
	END IF;
	FOR i IN -1..ahead LOOP
		first := this_month + make_interval(months => i);
		month := 'audit_events_' || to_char(first, 'YYYY_MM');
		CONTINUE WHEN to_regclass('public.' || month) IS NOT NULL;
		-- Shards may call at the same time; whoever waited looks again.
		PERFORM pg_advisory_xact_lock(7310312);
		CONTINUE WHEN to_regclass('public.' || month) IS NOT NULL;
		bounds := format('FROM (%L) TO (%L)', first || '+00', (first + interval '1 month') || '+00');
		IF EXISTS (SELECT FROM public.audit_events_default
				WHERE "timestamp" >= first AT TIME ZONE 'UTC' AND "timestamp" < (first + interval '1 month') AT TIME ZONE 'UTC') THEN
			RAISE WARNING '% is not made: the default partition has events of that month', month;
			CONTINUE;
		END IF;
		EXECUTE format('CREATE TABLE public.%I PARTITION OF public.audit_events FOR VALUES %s PARTITION BY HASH (shard)',
			month, bounds);
		PERFORM public.audit_guard(format('public.%I', month)::regclass);
		FOR part IN 0..3 LOOP
			EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES WITH (MODULUS 4, REMAINDER %s)',
				month || '_' || part, month, part);
			PERFORM public.audit_guard(format('public.%I', month || '_' || part)::regclass);
		END LOOP;
		made := made + 1;
	END LOOP;
	RETURN made;
END $$;
--> statement-breakpoint
SELECT "audit_ensure_months"(2);
--> statement-breakpoint
-- Where months older than the retention go.
CREATE SCHEMA IF NOT EXISTS "audit_archive";
--> statement-breakpoint
-- Group roles, for logins to be members of: they belong to the cluster, so another database may have made them.
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['exchange_writer', 'exchange_auditor'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
			BEGIN
				EXECUTE format('CREATE ROLE %I NOLOGIN', name);
			EXCEPTION WHEN duplicate_object THEN NULL;
			END;
		END IF;
	END LOOP;
	IF to_regclass('"audit_events_v1"') IS NOT NULL THEN
		PERFORM "audit_guard"('"audit_events_v1"');
		GRANT SELECT ON "audit_events_v1" TO exchange_auditor;
	END IF;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION "audit_refuse_change"(), "audit_guard"(regclass), "audit_ensure_months"(integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION "audit_ensure_months"(integer) TO exchange_writer;
--> statement-breakpoint
GRANT SELECT, INSERT ON "audit_events", "audit_checkpoints" TO exchange_writer;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "audit_heads" TO exchange_writer;
--> statement-breakpoint
GRANT USAGE ON SCHEMA "audit_archive" TO exchange_auditor;
--> statement-breakpoint
GRANT SELECT ON "audit_events", "audit_heads", "audit_checkpoints", "fills", "orders_accepted", "refusals" TO exchange_auditor;
