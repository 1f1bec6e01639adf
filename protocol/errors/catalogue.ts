/**
 * The error catalogue: each error of a request with its HTTP status, code and text. Codes and texts are those of the
 * Alpaca API where it has one. Clients match some of the texts, so they never change.
 */
import type { Refusal, TicketRefusal } from "../../domain/account/entry/refusal.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { GatewayError } from "./gatewayError.ts";
import type { UnknownField } from "./nearestField.ts";
import { ORDER_ENTRY_ROWS, type OrderEntryError } from "./orderEntry.ts";
import { isOwnRiskRefusal, largestFacts, type OwnRiskRefusal, riskRow } from "./risk.ts";
import { type Audience, isShortage, type Shortage, shortageRow } from "./shortage.ts";
import { isTicketRefusal, ticketRow } from "./orderTicket.ts";

export type ApiError = Refusal | GatewayError | OrderEntryError;

export interface WireError {
  readonly status: number;
  readonly body: {
    readonly code: number;
    readonly message: string;
    /** Identifies the error: several errors share a code of Alpaca's. It never changes. */
    readonly reason: ApiError["reason"];
    readonly [field: string]: unknown;
  };
}

type Row = readonly [status: number, code: number, message: string];
type Facts = { readonly [fact: string]: unknown; readonly reason?: never };
type RowWithFacts = readonly [...Row, facts?: Facts];

/** All errors but those of an order request by itself, which have a table of their own. */
type OtherError = Exclude<ApiError, TicketRefusal | OwnRiskRefusal | Shortage>;

/** Reasons without parameters: their text is constant. */
type PlainReason = {
  [R in OtherError["reason"]]: keyof Extract<OtherError, { reason: R }> extends "reason" ? R : never;
}[OtherError["reason"]];

const PLAIN: Readonly<Record<PlainReason, Row>> = {
  unauthorized: [401, 40110000, "request is not authorized"],
  bad_credentials: [401, 40110000, "email or password is wrong"],
  forbidden: [403, 40310000, "forbidden."],
  sign_in_required: [403, 40310000, "this needs a signed-in person, not an API key or an app"],
  step_up_required: [403, 40310001, "prove who you are again (POST /v1/auth/step-up), then repeat this"],
  session_ended: [401, 40110000, "the session is over; sign in again"],
  session_not_found: [404, 40410000, "session not found"],
  csrf_failed: [403, 40310002, "a request with cookies needs its X-CSRF-Token, and must come from our own pages"],
  body_malformed: [400, 40010000, "request body format is invalid"],
  body_too_large: [413, 41300000, "request body is too large"],
  body_too_deep: [400, 40010000, "request body is nested too deeply"],
  body_encoded: [415, 41500000, "request body must not be compressed"],
  idempotency_key_invalid: [
    400,
    40010002,
    "Idempotency-Key must be 1 to 128 printable ASCII characters (of a batch 1 to 125)",
  ],
  order_id_missing: [422, 40010001, "order_id is missing"],
  client_order_id_missing: [422, 40010001, "client_order_id is missing"],
  position_not_found: [404, 40410000, "position does not exist"],
  watchlist_name_taken: [422, 40010001, "watchlist name must be unique"],
  account_not_found: [404, 40410000, "account not found"],
  sealed_not_found: [404, 40410000, "there is no such sealed file"],
  statement_not_found: [404, 40410000, "there is no such statement of this account"],
  trading_suspended: [403, 40310000, "new orders are rejected by user request"],
  daily_loss_limit_reached: [
    409,
    40910000,
    "the daily loss limit was reached today, and cannot be raised until the next trading day",
  ],
  account_blocked: [403, 40310000, "the account is blocked from trading"],
  fractional_disabled: [403, 40310000, "fractional trading is switched off for this account"],
  overnight_disabled: [403, 40310000, "overnight trading is switched off for this account"],
  account_closed: [403, 40310000, "the account is closed"],
  not_paper_account: [409, 40910000, "only a paper account has paper money"],
  paper_cash_invalid: [422, 40010001, "cash must be from 0.0001 to 100000000 dollars, with up to 4 decimals"],
  paper_account: [403, 40310000, "a paper account has no deposits and withdrawals"],
  market_closed: [409, 40910000, "the market is closed"],
  market_not_halted: [409, 40910000, "the market is not halted"],
  already_listed: [409, 40910000, "the symbol is listed already"],
  delisted: [409, 40910000, "the symbol was delisted permanently"],
  endpoint_not_found: [404, 40410000, "endpoint not found."],
  no_chain_transfers: [
    422,
    42210000,
    "coins are not moved on chains here: there are no wallets or addresses; POST /v1/withdrawals withdraws dollars",
  ],
  method_not_allowed: [405, 40510000, "method not allowed"],
  upgrade_required: [426, 42610000, "this endpoint is a WebSocket"],
  email_invalid: [422, 40010001, "email is invalid"],
  email_taken: [409, 40910000, "email is already registered"],
  weak_password: [
    422,
    40010001,
    "password must have 12 to 256 characters, no control characters among them, and be hard to guess: more than a common word, " +
      "a pattern, or your e-mail or name with something added",
  ],
  code_invalid: [422, 40010001, "the code is wrong, was used, or is too old"],
  verification_failed: [
    401,
    40110000,
    "the code or the password is wrong, or the code was used, is too old, or was tried too often",
  ],
  no_such_app: [404, 40410000, "app not found"],
  too_many_apps: [403, 40310000, "too many apps"],
  external_taken: [409, 40910000, "this identity opens another login already"],
  external_not_linked: [404, 40410000, "no identity of this provider is linked"],
  external_email_unverified: [403, 40310000, "the provider does not confirm an e-mail of this person"],
  external_sign_in_failed: [400, 40010000, "the sign-in with the provider failed; begin again"],
  external_unavailable: [503, 50310002, "the provider does not answer; try again in a moment"],
  too_many_keys: [403, 40310000, "too many API keys"],
  too_many_accounts: [403, 40310000, "too many accounts: no more than 10 that are open, and 100 in all"],
  account_type_unavailable: [422, 40010001, "accounts of this type cannot be opened here"],
  guest_login: [403, 40310000, "a demo account cannot do this: sign up for a login of your own"],
  account_not_open: [409, 40910000, "the account is not open"],
  account_is_default: [409, 40910000, "the account is your default account; make another one the default first"],
  mfa_failed: [401, 40110000, "the second factor is wrong, was used already, or has expired"],
  no_such_factor: [404, 40410000, "no such second factor"],
  too_many_factors: [403, 40310000, "too many passkeys"],
  user_not_found: [404, 40410000, "user not found"],
  admin_self: [403, 40310000, "administrators cannot disable or erase themselves or end their own role"],
  approval_not_found: [404, 40410000, "approval not found"],
  own_account: [403, 40310000, "administrators set no blocks, limits or kill switches of their own accounts"],
  approval_own: [
    403,
    40310000,
    "another administrator must decide this, who neither requested it nor owns the account",
  ],
  approval_needs_factor: [403, 40310000, "an administrator needs a second factor to approve anything (/v1/mfa)"],
  approval_too_soon: [
    403,
    40310000,
    "administrators of less than a day cannot approve requests of those who made them administrators, directly or indirectly",
  ],
  approval_asker_left: [409, 40910000, "the requester is no longer an administrator; request it again"],
  last_administrator: [409, 40910000, "this would leave no administrator"],
  bootstrap_closed: [
    409,
    40910000,
    "there is an administrator, or this bootstrap secret was used; give the deployment another secret to make one more",
  ],
  workspace_changed: [409, 40910000, "the layouts were changed by another device; read them and send them again"],
  controls_changed: [409, 40910000, "the limits of the account were changed since this was asked; ask again"],
  approval_decided: [409, 40910000, "this was already decided, or has expired"],
  grant_not_found: [404, 40410000, "grant not found"],
  too_many_grants: [403, 40310000, "no more grants: too many a day, too many at a time, or to yourself"],
  key_not_found: [404, 40410000, "API key not found"],
  scopes_widened: [422, 40010001, "the scopes of a key can only become fewer"],
  internal: [500, 50010000, "internal server error"],
  unavailable: [503, 50310000, "the exchange is briefly unavailable; retry with the same client_order_id"],
  ...ORDER_ENTRY_ROWS,

  notional_too_large: [422, 42210000, "order value is too large"],
  client_order_id_taken: [422, 40010001, "client_order_id must be unique"],
  order_late: [503, 50310001, "the order came too late and was not placed; retry with the same client_order_id"],
  batch_not_executed: [422, 42210000, "not executed, because another command of the batch was refused (all_or_none)"],
  book_unavailable: [503, 50310000, "the order book does not answer; retry with the same client_order_id"],
  good_til_past: [422, 40010001, "expires_at must lie in the future"],
  exit_not_sell: [422, 42210000, "oco orders must be exit orders"],
  order_not_open: [422, 42210000, "unable to replace order, order is not open"],
  post_only_would_trade: [422, 42210000, "unable to replace order, a post_only order would trade"],
  order_unchanged: [422, 42210000, "order parameters are not changed"],
  qty_not_above_filled: [422, 42210000, "qty must be > filled_qty"],
  cancel_after_invalid: [422, 40010001, "timeout_seconds must be an integer from 0 to 86400"],
  idempotency_key_reused: [422, 42210001, "Idempotency-Key was used for another request"],
  deposit_invalid: [422, 40010001, "deposit must be a positive amount of dollars or of a listed asset"],
  withdrawal_invalid: [422, 40010001, "withdrawal must be a positive amount of dollars"],
  transfer_invalid: [
    422,
    40010001,
    "transfer must be of a positive amount of dollars or shares to another of your accounts",
  ],
  withdrawal_reference_taken: [409, 40910000, "withdrawal reference was used for another withdrawal"],
  deposit_reference_taken: [409, 40910000, "deposit reference was used for another deposit"],
};

/** Every reason with a constant text, except those of an order request by itself. */
export const PLAIN_REASONS: readonly string[] = Object.keys(PLAIN);

/** The HTTP status and body of an error. Throws on a shortage of an asset that is not listed. */
export function wireError(error: ApiError, audience: Audience = "alpaca"): WireError {
  const [status, code, message, facts = {}] = rowOf(error, audience);
  return { status, body: { code, message, reason: error.reason, ...facts } };
}

function bodyFieldText({ field, expected }: Extract<ApiError, { reason: "body_field" }>): string {
  if (field === "") return "request body must be an object";
  return expected === undefined ? `invalid ${field}` : `invalid ${field}: expected ${expected}`;
}

const TOO_MANY = {
  too_many_watchlists: "watchlists",
  too_many_withdrawals: "withdrawals that wait",
  too_many_open_orders: "open orders",
  too_many_lots: "tax lots of the symbol in the other account",
} as const;

function rowOf(error: ApiError, audience: Audience): RowWithFacts {
  if (isTicketRefusal(error)) return ticketRow(error);
  if (isShortage(error)) return shortageRow(error, audience);
  if (isOwnRiskRefusal(error)) return riskRow(error);
  switch (error.reason) {
    case "body_field":
      return [422, 40010001, bodyFieldText(error)];
    case "data_query_invalid":
      return [400, 40010000, error.detail];
    case "query_invalid":
      return [422, 40010001, `invalid ${error.parameter}: expected ${error.expected}`];
    case "unknown_field":
      return [422, 40010001, `unknown field ${error.name}${suggestion(error)}`];
    case "unknown_parameter":
      return [422, 40010001, `unknown parameter ${error.name}${suggestion(error)}`];
    case "no_such_asset":
    case "not_in_watchlist":
      return [404, 40410000, `asset not found for ${error.symbol}`];
    case "account_not_empty":
      return accountNotEmpty(error);
    case "symbol_not_found":
      return [404, 40410000, `symbol not found: ${error.symbol}`];
    case "indicator_not_found":
      return [404, 40410000, `indicator not found: ${error.name.slice(0, 64)}; GET /v1/indicators lists them`];
    case "no_market_data":
      return [404, 40410000, `no ${error.kind} found for ${error.symbol}`];
    case "rate_limited":
      // ccxt knows the error by its code; the texts are Alpaca's.
      return [429, 42910000, audience === "ccxt" ? "rate limit exceeded" : "too many requests."];
    case "asset_not_found":
      return [422, 42210000, `asset "${error.symbol}" not found`];
    case "asset_not_active":
      return [422, 40010001, `asset ${error.symbol} is not active`];
    case "qty_lot": {
      const lot = formatDecimal(error.lot, error.qtyDecimals);
      return [422, 42210000, `qty must be a multiple of ${lot}`, { qty_increment: lot }];
    }
    case "not_offered":
      return [404, 40410000, `endpoint not found: this exchange does not offer ${error.what}`];
    case "transfer_not_found":
      return [404, 40410000, `transfer not found for ${error.transferId}`];
    case "announcement_not_found":
      return [404, 40410000, `announcement not found for ${error.announcementId}`];
    case "watchlist_not_found":
      return [404, 40410000, `watchlist not found for ${error.watchlist}`];
    case "limit_too_wide":
      return [422, 40010001, `${error.field} is above the limit of the exchange`];
    case "too_many_watchlists":
    case "too_many_withdrawals":
    case "too_many_lots":
    case "too_many_open_orders":
      return [403, 40310000, `too many ${TOO_MANY[error.reason]}: no more than ${error.limit}`];
    case "watchlist_too_long":
      return [422, 42210000, `too many symbols in the watchlist: no more than ${error.limit}`];
    case "order_not_found":
      return [404, 40410000, `order not found for ${error.orderId}`];
    case "order_not_cancelable":
      return [422, 42210000, `order is already in "${error.status}" state`];
    case "order_not_replaceable":
      return [422, 42210000, `cannot replace order in ${error.status} status`];
    case "entry_not_buy":
      return [422, 42210000, `${error.orderClass} orders must be entry orders`];
    case "price_limit":
      return priceLimit(error);
    case "order_value_too_small":
      return orderValueTooSmall(error);
    case "wash_trade":
      return washTrade(error);
    case "insufficient_qty":
      return insufficientQty(error, audience);
    default:
      return PLAIN[error.reason];
  }
}

function accountNotEmpty(error: Extract<ApiError, { reason: "account_not_empty" }>): RowWithFacts {
  const { reason: _reason, ...left } = error;
  return [409, 40910000, "the account still has open orders, positions or cash", left];
}

/** The suggestion that follows the name of an unknown field. */
export function suggestion({ nearest }: UnknownField): string {
  return nearest === null ? "" : `; did you mean ${nearest}?`;
}

const dollars = (price: number): string => formatDecimal(price, PRICE_DECIMALS);

type Refused<R extends Refusal["reason"]> = Extract<Refusal, { reason: R }>;

function priceLimit(error: Refused<"price_limit">): RowWithFacts {
  const [price, reference, bound] = [error.price, error.reference, error.bound].map((each) => dollars(each));
  const most = error.side === "buy" ? "above" : "below";
  const facts = { field: error.field, price, reference_price: reference, price_bound: bound };
  const text = `${error.field} ${price} is too far from the market (${reference}): a ${error.side} may not be ${most} ${bound}`;
  return [422, 42210000, text, facts];
}

function washTrade({ existingOrderId, existing }: Refused<"wash_trade">): RowWithFacts {
  const facts = {
    existing_order_id: existingOrderId,
    reject_reason: `opposite side ${existing === "limit" ? "limit" : "market/stop"} order exists`,
  };
  return [403, 40310000, "potential wash trade detected. use complex orders", facts];
}

function orderValueTooSmall({ least: amount, value }: Refused<"order_value_too_small">): RowWithFacts {
  const least = formatDecimal(amount, PRICE_DECIMALS);
  const facts = { min_order_value: least, order_value: formatDecimal(value, PRICE_DECIMALS) };
  return [403, 40310000, `cost basis must be >= minimal amount of order ${least}`, facts];
}

function insufficientQty(error: Refused<"insufficient_qty">, audience: Audience): RowWithFacts {
  const { symbol, relatedOrders } = error;
  const { assetClass, qtyDecimals } = assetOf(symbol);
  const requested = formatDecimal(error.requested, qtyDecimals);
  const available = formatDecimal(error.available, qtyDecimals);
  const existing = formatDecimal(error.existing, qtyDecimals);
  const facts = {
    available,
    existing_qty: existing,
    held_for_orders: formatDecimal(error.held, qtyDecimals),
    ...largestFacts(error.largest),
  };
  if (assetClass === "crypto" || audience === "ccxt") {
    const [base] = symbol.split("/");
    const said = `insufficient balance for ${base} (requested: ${requested}, available: ${available})`;
    return [403, 40310000, said, { ...facts, balance: existing, related_orders: relatedOrders, symbol: base }];
  }
  const said = `insufficient qty available for order (requested: ${requested}, available: ${available})`;
  return [403, 40310000, said, { ...facts, related_orders: relatedOrders, symbol }];
}
