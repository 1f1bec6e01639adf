/**
 * How the tables of a login came to be. A step that has run anywhere is never changed, only followed by another; its
 * name says whether it has run.
 */
export interface Migration {
  readonly name: string;
  readonly text: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    name: "login",
    text: `
      CREATE TABLE login (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        email TEXT NOT NULL,
        user_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        roles TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        created_at INTEGER NOT NULL
      );
      CREATE TABLE api_key (
        key_id TEXT PRIMARY KEY,
        secret_sha256 TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) WITHOUT ROWID`,
  },
  {
    name: "profile",
    text: `
      ALTER TABLE login ADD COLUMN plan TEXT NOT NULL DEFAULT 'standard';
      ALTER TABLE login ADD COLUMN region TEXT NOT NULL DEFAULT 'world';
      ALTER TABLE login ADD COLUMN vault TEXT;
      ALTER TABLE login ADD COLUMN verified_at INTEGER;
      ALTER TABLE login ADD COLUMN disabled_at INTEGER;
      UPDATE login SET verified_at = created_at`,
  },
  {
    name: "passwords",
    text: `
      CREATE TABLE attempt (
        kind TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        failed_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE letter (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        mail TEXT NOT NULL,
        posted_at INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        tries INTEGER NOT NULL
      );
      CREATE TABLE sign_up (
        code_sha256 TEXT PRIMARY KEY,
        password_hash TEXT NOT NULL,
        region TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE reset_code (
        code_sha256 TEXT PRIMARY KEY,
        created_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE asked_mail (at INTEGER NOT NULL)`,
  },
  {
    name: "sessions",
    // refresh, previous and jti are hex SHA-256; device and body are encrypted.
    text: `
      CREATE TABLE session (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        used_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        device TEXT NOT NULL,
        proofs TEXT NOT NULL,
        stepped_up_at INTEGER,
        scopes TEXT,
        client_id TEXT,
        account_id TEXT,
        salt TEXT NOT NULL,
        refresh TEXT NOT NULL,
        previous TEXT,
        rotated_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE session_token (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        jti TEXT NOT NULL,
        expires_at INTEGER NOT NULL
      );
      CREATE INDEX session_token_of ON session_token (session_id);
      CREATE TABLE security_log (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
      CREATE TABLE relay_watch (
        relay TEXT PRIMARY KEY,
        asked INTEGER NOT NULL,
        due_at INTEGER,
        tries INTEGER NOT NULL DEFAULT 0
      ) WITHOUT ROWID;
      CREATE TABLE revocation (relay TEXT NOT NULL, credential TEXT NOT NULL, PRIMARY KEY (relay, credential)) WITHOUT ROWID`,
  },
  {
    name: "mfa",
    text: `
      CREATE TABLE totp (
        state TEXT PRIMARY KEY CHECK (state IN ('pending', 'active')),
        secret TEXT NOT NULL,
        last_step INTEGER NOT NULL,
        created_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE recovery_code (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE mfa_challenge (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        start TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        tries INTEGER NOT NULL
      )`,
  },
  {
    name: "api_keys",
    text: `
      ALTER TABLE api_key ADD COLUMN account_id TEXT;
      ALTER TABLE api_key ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read trade';
      ALTER TABLE api_key ADD COLUMN name TEXT;
      ALTER TABLE api_key ADD COLUMN allowed_ips TEXT;
      ALTER TABLE api_key ADD COLUMN expires_at INTEGER;
      ALTER TABLE api_key ADD COLUMN last_used_at INTEGER;
      ALTER TABLE api_key ADD COLUMN last_used_ip TEXT`,
  },
  {
    name: "passkeys",
    // Labels are encrypted; challenges are kept as hex SHA-256.
    text: `
      CREATE TABLE passkey (
        id TEXT PRIMARY KEY,
        public_key TEXT NOT NULL,
        counter INTEGER NOT NULL,
        transports TEXT NOT NULL,
        label TEXT NOT NULL,
        backed_up INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        used_at INTEGER
      ) WITHOUT ROWID;
      CREATE TABLE passkey_user (id INTEGER PRIMARY KEY CHECK (id = 1), handle TEXT NOT NULL);
      CREATE TABLE passkey_challenge (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        purpose TEXT NOT NULL,
        expires_at INTEGER NOT NULL
      );
      CREATE TABLE passkey_used (sha256 TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID`,
  },
  {
    name: "privacy",
    // name, country and origin are encrypted; value is JSON.
    text: `
      CREATE TABLE consent (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        what TEXT NOT NULL,
        value TEXT NOT NULL,
        origin TEXT NOT NULL
      );
      CREATE TABLE person (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT, country TEXT);
      CREATE TABLE erasure (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        asked_at INTEGER NOT NULL,
        forced INTEGER NOT NULL,
        due_at INTEGER NOT NULL
      )`,
  },
  {
    name: "oauth",
    text: `
      CREATE TABLE app_entry (key TEXT PRIMARY KEY, value TEXT NOT NULL, metadata TEXT, expires_at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE app_grant (
        grant_id TEXT PRIMARY KEY,
        client_id TEXT NOT NULL,
        scopes TEXT NOT NULL,
        session_id TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE registered_app (client_id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE external_link (route TEXT PRIMARY KEY, provider TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE external_pointer (id INTEGER PRIMARY KEY CHECK (id = 1), route TEXT NOT NULL)`,
  },
  {
    name: "grants",
    text: `
      CREATE TABLE grant_given (
        id TEXT PRIMARY KEY,
        receiver TEXT NOT NULL,
        email TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        state TEXT NOT NULL,
        due_at INTEGER,
        tries INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE grant_received (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        account_id TEXT NOT NULL,
        owner_email TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        state TEXT NOT NULL,
        due_at INTEGER,
        tries INTEGER NOT NULL
      ) WITHOUT ROWID`,
  },
  {
    name: "directory_entry",
    text: `
      CREATE TABLE directory_entry (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        told TEXT NOT NULL,
        due_at INTEGER,
        tries INTEGER NOT NULL
      )`,
  },
  {
    name: "api_key_end",
    text: "ALTER TABLE api_key ADD COLUMN ended_at INTEGER",
  },
  {
    name: "sign_up_terms",
    text: "ALTER TABLE sign_up ADD COLUMN terms TEXT",
  },
  {
    name: "sign_up_tries",
    text: "ALTER TABLE sign_up ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
  },
  {
    name: "app_families",
    // newest and previous are hex SHA-256 of refresh tokens.
    text: `
      ALTER TABLE app_grant ADD COLUMN salt TEXT;
      ALTER TABLE app_grant ADD COLUMN newest TEXT;
      ALTER TABLE app_grant ADD COLUMN previous TEXT;
      ALTER TABLE app_grant ADD COLUMN rotated_at INTEGER`,
  },
  {
    name: "known_devices",
    // place and code are encrypted; scope says with whom something is counted (sessions/knownDevices.ts).
    text: `
      CREATE TABLE known_device (
        sha256 TEXT PRIMARY KEY,
        created_at INTEGER NOT NULL,
        used_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE known_place (id INTEGER PRIMARY KEY, place TEXT NOT NULL, used_at INTEGER NOT NULL);
      ALTER TABLE asked_mail ADD COLUMN kind TEXT NOT NULL DEFAULT 'reset';
      ALTER TABLE asked_mail ADD COLUMN scope TEXT NOT NULL DEFAULT '';
      ALTER TABLE asked_mail ADD COLUMN network TEXT NOT NULL DEFAULT '';
      ALTER TABLE reset_code ADD COLUMN code TEXT;
      ALTER TABLE reset_code ADD COLUMN expires_at INTEGER;
      ALTER TABLE mfa_challenge ADD COLUMN scope TEXT NOT NULL DEFAULT ''`,
  },
  {
    name: "told_withdrawals",
    text: "CREATE TABLE told_withdrawal (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
  },
  {
    name: "invitation",
    text: "ALTER TABLE login ADD COLUMN invitation TEXT",
  },
  {
    name: "accounts",
    // name and origin are encrypted; due_at is set while the account's object has yet to carry out a change.
    text: `
      CREATE TABLE account (
        id TEXT PRIMARY KEY,
        type TEXT NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL,
        opened_at INTEGER NOT NULL,
        closed_at INTEGER,
        request_key TEXT UNIQUE,
        fingerprint TEXT,
        origin TEXT,
        due_at INTEGER,
        tries INTEGER NOT NULL DEFAULT 0
      ) WITHOUT ROWID;
      INSERT INTO account (id, type, name, state, opened_at) SELECT account_id, 'cash', '', 'open', created_at FROM login;
      ALTER TABLE login ADD COLUMN default_account TEXT;
      ALTER TABLE grant_given ADD COLUMN account_id TEXT`,
  },
  {
    name: "paper_cash",
    // What a paper account that is being opened begins with; null: the usual amount.
    text: "ALTER TABLE account ADD COLUMN paper_cash INTEGER",
  },
  {
    name: "workspace",
    // document is encrypted JSON.
    text: `
      CREATE TABLE workspace (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        version INTEGER NOT NULL,
        document TEXT NOT NULL,
        updated_at INTEGER NOT NULL
      )`,
  },
  {
    name: "guest",
    // Until when a guest's login is kept, epoch milliseconds; null: it is a user's.
    text: "ALTER TABLE login ADD COLUMN guest_until INTEGER",
  },
];
