/**
 * What each table of a login contains for a privacy export. Every column of every table is exported or secret, and
 * every table that is not exported has a reason: a test compares the lists with the database.
 */

export interface ExportedTable {
  /** The export's file for its rows. */
  readonly file: string;
  readonly columns: readonly string[];
  /** Columns of JSON, encrypted or not, which are exported parsed. */
  readonly json?: readonly string[];
  /** Columns with credentials or proofs, which are not exported. */
  readonly secret?: readonly string[];
}

export const EXPORTED_TABLES: Readonly<Record<string, ExportedTable>> = {
  login: {
    file: "profile",
    columns: [
      "user_id",
      "account_id",
      "email",
      "roles",
      "plan",
      "region",
      "created_at",
      "verified_at",
      "disabled_at",
      "invitation",
      "default_account",
      "guest_until",
    ],
    secret: ["id", "password_hash", "vault"],
  },
  account: {
    file: "accounts",
    columns: ["id", "type", "name", "state", "opened_at", "closed_at", "origin", "paper_cash"],
    json: ["origin"],
    secret: ["request_key", "fingerprint", "due_at", "tries"],
  },
  person: { file: "person", columns: ["name", "country"], secret: ["id"] },
  consent: { file: "consents", columns: ["at", "what", "value", "origin"], json: ["value", "origin"], secret: ["id"] },
  session: {
    file: "sessions",
    columns: [
      "id",
      "kind",
      "created_at",
      "used_at",
      "expires_at",
      "device",
      "proofs",
      "stepped_up_at",
      "scopes",
      "client_id",
      "account_id",
      "rotated_at",
    ],
    json: ["device"],
    secret: ["salt", "refresh", "previous"],
  },
  api_key: {
    file: "api_keys",
    columns: [
      "key_id",
      "name",
      "account_id",
      "scopes",
      "allowed_ips",
      "created_at",
      "expires_at",
      "last_used_at",
      "last_used_ip",
      "ended_at",
    ],
    secret: ["secret_sha256"],
  },
  grant_given: {
    file: "grants_given",
    columns: ["id", "account_id", "email", "created_at", "state"],
    secret: ["receiver", "due_at", "tries"],
  },
  grant_received: {
    file: "grants_received",
    columns: ["id", "account_id", "owner_email", "created_at", "state"],
    secret: ["owner", "due_at", "tries"],
  },
  security_log: { file: "security_log", columns: ["at", "kind", "body"], json: ["body"], secret: ["id"] },
  letter: {
    file: "letters",
    columns: ["kind", "mail", "posted_at", "due_at", "tries"],
    json: ["mail"],
    secret: ["id"],
  },
  asked_mail: { file: "mail_requests", columns: ["at", "kind"], secret: ["scope", "network"] },
  told_withdrawal: { file: "told_withdrawals", columns: ["id", "at"] },
  known_device: { file: "devices", columns: ["created_at", "used_at"], secret: ["sha256"] },
  known_place: { file: "places", columns: ["place", "used_at"], json: ["place"], secret: ["id"] },
  attempt: { file: "failed_attempts", columns: ["kind", "failures", "failed_at"] },
  sign_up: {
    file: "sign_ups",
    columns: ["region", "terms", "created_at", "tries"],
    secret: ["code_sha256", "password_hash"],
  },
  reset_code: { file: "password_resets", columns: ["created_at", "expires_at"], secret: ["code_sha256", "code"] },
  totp: { file: "authenticators", columns: ["state", "created_at"], secret: ["secret", "last_step"] },
  passkey: {
    file: "passkeys",
    columns: ["id", "label", "transports", "backed_up", "created_at", "used_at"],
    secret: ["public_key", "counter"],
  },
  app_grant: {
    file: "apps_let_in",
    columns: ["grant_id", "client_id", "scopes", "session_id", "created_at", "rotated_at"],
    secret: ["salt", "newest", "previous"],
  },
  registered_app: {
    file: "own_apps",
    columns: ["client_id", "body", "created_at"],
    json: ["body"],
  },
  external_link: { file: "external_logins", columns: ["provider", "created_at"], secret: ["route"] },
  workspace: {
    file: "workspaces",
    columns: ["version", "document", "updated_at"],
    json: ["document"],
    secret: ["id"],
  },
};

/** Tables that are not exported, and why. */
export const OMITTED_TABLES: Readonly<Record<string, string>> = {
  step: "which tables there are; the same for every login",
  session_token: "fingerprints of access tokens of the sessions, which end by themselves in minutes",
  relay_watch: "which of our servers to tell when a session ends",
  revocation: "what those servers have not been told yet",
  recovery_code: "fingerprints of recovery codes, which are secrets",
  mfa_challenge: "sign-ins that wait for a second factor, for five minutes",
  passkey_user: "a random number by which authenticators know the login",
  passkey_challenge: "random numbers of passkey dialogues under way",
  passkey_used: "random numbers of passkey dialogues that are over",
  erasure: "that the erasure of this login was asked for: an export is not possible any more then",
  app_entry: "codes and tokens of apps as the provider library keeps them: secrets",
  directory_entry: "what the list of users was told of the login: ids and times that are in the profile",
  external_pointer: "of a login that only points to another one",
};
