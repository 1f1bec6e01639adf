import type { UnknownField } from "./nearestField.ts";

/** An invalid field of a body: its path, and what is expected. */
export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

/** Errors of the gateway itself, before or after it calls an account. */
export type GatewayError =
  | { readonly reason: "unauthorized" }
  | { readonly reason: "bad_credentials" }
  | { readonly reason: "forbidden" }
  | { readonly reason: "sign_in_required" }
  | { readonly reason: "step_up_required" }
  | { readonly reason: "session_ended" }
  | { readonly reason: "csrf_failed" }
  | { readonly reason: "session_not_found" }
  | { readonly reason: "body_malformed" }
  | { readonly reason: "body_too_large" }
  | { readonly reason: "body_too_deep" }
  | { readonly reason: "body_encoded" }
  /**
   * A field of the body is missing or of a wrong type; `field` is empty when the body is no object. `expected` is the
   * length of a list that is too short or too long, or the kinds of an object that has several. `fields` are all that
   * are wrong, when they are several. `allowed` are the words of a field that has few: Alpaca's errors do not list them.
   */
  | {
      readonly reason: "body_field";
      readonly field: string;
      readonly expected?: string;
      readonly allowed?: string;
      readonly fields?: readonly FieldError[];
    }
  /** A field that the route does not have, and the most similar one. */
  | ({ readonly reason: "unknown_field"; readonly fields?: readonly FieldError[] } & UnknownField)
  | { readonly reason: "query_invalid"; readonly parameter: string; readonly expected: string }
  /** An invalid market data query; `detail` is the whole text. */
  | { readonly reason: "data_query_invalid"; readonly detail: string }
  | ({ readonly reason: "unknown_parameter" } & UnknownField)
  | { readonly reason: "idempotency_key_invalid" }
  | { readonly reason: "order_id_missing" }
  | { readonly reason: "client_order_id_missing" }
  /** The asset in a path; for an order the account answers `asset_not_found`. */
  | { readonly reason: "no_such_asset"; readonly symbol: string }
  /** Market data of a symbol that is not listed, and of one that has none yet. */
  | { readonly reason: "symbol_not_found"; readonly symbol: string }
  | { readonly reason: "no_market_data"; readonly kind: "quote" | "trade" | "bar"; readonly symbol: string }
  | { readonly reason: "indicator_not_found"; readonly name: string }
  | { readonly reason: "account_not_found" }
  /** There is no statement of this month or year. */
  | { readonly reason: "sealed_not_found" }
  | { readonly reason: "statement_not_found" }
  /** What remains in an account whose owner requests its end or erasure; cash in dollars. */
  | {
      readonly reason: "account_not_empty";
      readonly orders: number;
      readonly positions: readonly string[];
      readonly cash: string;
      readonly transfers?: number;
    }
  | { readonly reason: "market_closed" }
  | { readonly reason: "market_not_halted" }
  | { readonly reason: "already_listed" }
  | { readonly reason: "delisted" }
  | { readonly reason: "endpoint_not_found" }
  /** An area of Alpaca's API that is not planned. */
  | { readonly reason: "not_offered"; readonly what: string }
  | { readonly reason: "no_chain_transfers" }
  | { readonly reason: "transfer_not_found"; readonly transferId: string }
  | { readonly reason: "announcement_not_found"; readonly announcementId: string }
  | { readonly reason: "method_not_allowed" }
  | { readonly reason: "upgrade_required" }
  | { readonly reason: "email_invalid" }
  | { readonly reason: "email_taken" }
  | { readonly reason: "weak_password" }
  /** An emailed code that is wrong, used or expired. */
  | { readonly reason: "code_invalid" }
  | { readonly reason: "verification_failed" }
  | { readonly reason: "too_many_keys" }
  | { readonly reason: "too_many_accounts" }
  | { readonly reason: "account_type_unavailable" }
  /** What only users with a login of their own may do. */
  | { readonly reason: "guest_login" }
  /** The account is being opened or closed, or was closed. */
  | { readonly reason: "account_not_open" }
  | { readonly reason: "not_paper_account" }
  | { readonly reason: "paper_cash_invalid" }
  | { readonly reason: "account_is_default" }
  | { readonly reason: "no_such_app" }
  | { readonly reason: "too_many_apps" }
  | { readonly reason: "external_taken" }
  | { readonly reason: "external_not_linked" }
  | { readonly reason: "external_email_unverified" }
  | { readonly reason: "external_sign_in_failed" }
  | { readonly reason: "external_unavailable" }
  | { readonly reason: "mfa_failed" }
  | { readonly reason: "no_such_factor" }
  | { readonly reason: "too_many_factors" }
  | { readonly reason: "key_not_found" }
  | { readonly reason: "grant_not_found" }
  | { readonly reason: "user_not_found" }
  | { readonly reason: "admin_self" }
  | { readonly reason: "own_account" }
  | { readonly reason: "approval_not_found" }
  /** The requester or the owner of a transfer cannot approve it. */
  | { readonly reason: "approval_own" }
  | { readonly reason: "approval_decided" }
  | { readonly reason: "controls_changed" }
  | { readonly reason: "approval_needs_factor" }
  | { readonly reason: "approval_too_soon" }
  | { readonly reason: "approval_asker_left" }
  | { readonly reason: "last_administrator" }
  | { readonly reason: "bootstrap_closed" }
  | { readonly reason: "too_many_grants" }
  | { readonly reason: "scopes_widened" }
  /** Another device has stored layouts since. */
  | { readonly reason: "workspace_changed" }
  /** Too many requests: the next one may be sent after this many seconds. */
  | { readonly reason: "rate_limited"; readonly retryAfterSeconds: number }
  | { readonly reason: "internal" }
  | { readonly reason: "unavailable" };
