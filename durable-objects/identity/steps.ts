/**
 * How the tables of a login came to be. A step that has run anywhere is never changed, only followed by another; its
 * name says whether it has run.
 */
export interface Step {
  readonly name: string;
  readonly text: string;
}

export const STEPS: readonly Step[] = [
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
];
