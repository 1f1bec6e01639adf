/** The OpenAPI description of what this worker answers, served at /v1/openapi.json. */
import { marketPaths, marketSchemas } from "./openapiMarkets.ts";
import { orderPaths, orderSchemas } from "./openapiOrders.ts";
import {
  text,
  decimal,
  amount,
  uuid,
  time,
  flag,
  optional,
  listOf,
  named,
  each,
  object,
  answers,
  takes,
  query,
  inPath,
  open,
  idempotencyKey,
} from "./openapiShapes.ts";

const schemas = {
  Error: object({ code: { type: "integer" }, message: text }),
  ...orderSchemas,
  Account: object({
    id: uuid,
    ...each("account_number status crypto_status currency", text),
    ...each("cash equity last_equity portfolio_value buying_power regt_buying_power", decimal),
    ...each("non_marginable_buying_power effective_buying_power options_buying_power", decimal),
    ...each("long_market_value short_market_value position_market_value", decimal),
    ...each("initial_margin maintenance_margin last_maintenance_margin multiplier sma accrued_fees", decimal),
    ...each("pending_transfer_in pending_transfer_out intraday_adjustments pending_reg_taf_fees", decimal),
    ...each("trading_blocked transfers_blocked account_blocked trade_suspended_by_user shorting_enabled", flag),
    ...each("options_approved_level options_trading_level crypto_tier", { type: "integer" }),
    created_at: time,
    balance_asof: { type: "string", format: "date" },
    pattern_day_trader: flag,
    daytrade_count: { type: "integer" },
    daytrading_buying_power: decimal,
  }),
  Position: object({
    asset_id: uuid,
    ...each("symbol exchange asset_class", text),
    asset_marginable: flag,
    side: { enum: ["long"] },
    ...each("qty qty_available avg_entry_price market_value cost_basis current_price lastday_price", decimal),
    ...each("unrealized_pl unrealized_plpc unrealized_intraday_pl unrealized_intraday_plpc change_today", decimal),
  }),
  Asset: object({
    id: uuid,
    ...each("class exchange symbol name status borrow_status", text),
    ...each("tradable marginable shortable easy_to_borrow fractionable", flag),
    maintenance_margin_requirement: { type: "number" },
    ...each("margin_requirement_long margin_requirement_short", decimal),
    attributes: listOf(text),
    cusip: { type: "null" },
    ...each("min_order_size min_trade_increment price_increment", decimal),
  }),
  Clock: object({ timestamp: time, is_open: flag, next_open: time, next_close: time }),
  CalendarDay: object({
    ...each("date settlement_date", { type: "string", format: "date" }),
    ...each("open close", { ...text, description: "regular hours in New York, HH:MM" }),
    ...each("session_open session_close", { ...text, description: "with the hours before and after, HHMM" }),
  }),
  Credentials: object({
    email: { type: "string", format: "email" },
    password: { ...text, minLength: 12, maxLength: 256 },
  }),
  Registered: object({ user_id: uuid, account_id: uuid }),
  Token: object({ access_token: text, token_type: { const: "Bearer" }, expires_in: { type: "integer" } }),
  ApiKey: object({ key_id: text, secret: { ...text, description: "shown once" } }),
  Checkpoints: object({
    checkpoints: listOf(
      object({
        ...each("shard seq", { type: "integer" }),
        jws: { ...text, description: "compact JWS (ES256) over shard, seq, hash, at and previous" },
      }),
    ),
    keys: { type: "array", items: { type: "object" }, description: "public JWKs, by kid" },
  }),
  Verification: object({
    ok: flag,
    shards: listOf(
      object({
        ...each("shard from through events", { type: "integer" }),
        head: optional(named("AuditPlace")),
        ok: flag,
        first_difference: optional(
          object({ seq: { type: "integer" }, event_id: optional(uuid), ...each("kind detail", text) }),
        ),
      }),
    ),
    next: { ...optional(text), description: "give it back to go on; null when every shard was read to its end" },
  }),
  AuditPlace: object({ seq: { type: "integer" }, hash: text }),
  AuditJournals: object({
    journals: listOf(
      object({
        ...each("shard checked_through", { type: "integer" }),
        ...each("drained taken", optional(named("AuditPlace"))),
        broken_at: optional({ type: "integer" }),
      }),
    ),
  }),
  AuditedAccount: object({
    account_id: uuid,
    events: { type: "integer", description: "number of its last audited event" },
    ...each("cash cash_held", decimal),
    positions: listOf(object({ symbol: text, ...each("qty qty_held cost_basis", decimal) })),
    open_orders: listOf(
      object({
        order_id: uuid,
        ...each("symbol side status", text),
        ...each("qty filled_qty held", decimal),
        limit_price: optional(decimal),
        shown: flag,
      }),
    ),
  }),
  ActorReport: object({
    address: text,
    alerts: listOf(
      object({ ...each("id at", { type: "integer" }), kind: text, facts: { type: "object" }, open: flag }),
    ),
    parked: listOf(object({ ...each("from error message", text), ...each("seq at", { type: "integer" }) })),
    peers: listOf(object({ peer: text, ...each("sent acknowledged applied", { type: "integer" }) })),
    peerCount: { type: "integer" },
    journal: object(each("rows bytes snapshotBytes", { type: "integer" })),
  }),
  ...marketSchemas,
  Deposit: object({ reference: text, amount, symbol: optional(text) }, ["amount"]),
  DepositReceipt: object({ account_id: uuid, reference: text, asset: text, amount: decimal }),
};

const assetList = [
  query("status", { enum: ["active", "inactive"] }),
  query("asset_class", { enum: ["us_equity", "crypto"], default: "us_equity" }),
  query("exchange", text),
  query("attributes", text),
];

export const openapi = {
  openapi: "3.1.0",
  info: {
    title: "Edge exchange",
    version: "1",
    description:
      "Trading in the shapes of the Alpaca API v2, and sign-in. Market data and streams are served beside it.",
  },
  security: [{ bearer: [] }, { keyId: [], keySecret: [] }, { basic: [] }],
  paths: {
    "/v1/health": { get: { ...open, responses: answers(200, "alive", object({ status: { const: "ok" } })) } },
    "/v1/openapi.json": { get: { ...open, responses: answers(200, "this document", { type: "object" }) } },
    "/v1/.well-known/jwks.json": {
      get: { ...open, responses: answers(200, "public keys of access tokens", { type: "object" }) },
    },
    "/v1/audit/checkpoints": {
      get: {
        ...open,
        parameters: [
          query("shard", { type: "integer", minimum: 0 }, "one shard; otherwise every one"),
          query("limit", { type: "integer", minimum: 1, maximum: 100, default: 1 }, "checkpoints of each shard"),
        ],
        responses: answers(200, "signed heads of the audit trail, newest first in each shard", named("Checkpoints")),
      },
    },
    "/v1/audit/verify": {
      get: {
        parameters: [
          query("limit", { type: "integer", minimum: 1, maximum: 5_000, default: 2_000 }, "events of each shard"),
          query("next", text, "of the answer before"),
        ],
        responses: answers(200, "for auditors: a part of each chain in PostgreSQL, verified", named("Verification")),
      },
    },
    "/v1/audit/journals": {
      get: { responses: answers(200, "for auditors: what each shard has on its own disk", named("AuditJournals")) },
    },
    "/v1/audit/accounts/{id}": {
      get: {
        parameters: [inPath("id", uuid)],
        responses: answers(200, "for auditors: an account and its last event", named("AuditedAccount")),
      },
    },
    "/v1/auth/register": {
      post: { ...open, requestBody: takes(named("Credentials")), responses: answers(201, "made", named("Registered")) },
    },
    "/v1/auth/login": {
      post: { ...open, requestBody: takes(named("Credentials")), responses: answers(200, "signed in", named("Token")) },
    },
    "/v1/keys": {
      post: { security: [{ bearer: [] }], responses: answers(201, "made", named("ApiKey")) },
    },
    "/v1/admin/bootstrap": {
      post: {
        security: [{ bootstrap: [] }],
        requestBody: takes(named("Credentials")),
        responses: answers(201, "an administrator", named("Registered")),
      },
    },
    "/v1/admin/accounts/{id}/deposits": {
      post: {
        parameters: [inPath("id", uuid), idempotencyKey],
        requestBody: takes(named("Deposit")),
        responses: answers(200, "what was deposited", named("DepositReceipt")),
      },
    },
    "/v1/admin/actors/{kind}/{name}": {
      get: {
        parameters: [inPath("kind", { enum: ["account", "book", "audit"] }), inPath("name")],
        responses: answers(200, "its alerts, parked mail, cursors and journal", named("ActorReport")),
      },
    },
    ...marketPaths,
    "/v2/account": { get: { responses: answers(200, "the account", named("Account")) } },
    "/v2/positions": { get: { responses: answers(200, "what is owned", listOf(named("Position"))) } },
    "/v2/positions/{asset}": {
      get: { parameters: [inPath("asset")], responses: answers(200, "the position", named("Position")) },
    },
    ...orderPaths,
    "/v2/assets": { get: { parameters: assetList, responses: answers(200, "assets", listOf(named("Asset"))) } },
    "/v2/assets/{asset}": {
      get: { parameters: [inPath("asset")], responses: answers(200, "the asset", named("Asset")) },
    },
    "/v2/clock": { get: { responses: answers(200, "the clock", named("Clock")) } },
    "/v2/calendar": {
      get: {
        parameters: [
          ...["start", "end"].map((name) => query(name, { type: "string", format: "date" })),
          query("date_type", { enum: ["TRADING", "SETTLEMENT"], default: "TRADING" }),
        ],
        responses: answers(200, "trading days", listOf(named("CalendarDay"))),
      },
    },
  },
  components: {
    securitySchemes: {
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      basic: { type: "http", scheme: "basic", description: "key id and secret" },
      keyId: { type: "apiKey", in: "header", name: "APCA-API-KEY-ID" },
      keySecret: { type: "apiKey", in: "header", name: "APCA-API-SECRET-KEY" },
      bootstrap: { type: "http", scheme: "bearer", description: "the bootstrap secret of the deployment" },
    },
    schemas,
  },
};
