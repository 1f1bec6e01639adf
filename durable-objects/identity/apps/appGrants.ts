/** The grants of apps whose code was exchanged: which app, which scopes, and the session whose tokens open the API. */
import { APP_SCOPES, type AppScope } from "../../../protocol/auth/appScopes.ts";
import type { Tables } from "../tables.ts";

export interface AppGrant {
  readonly grantId: string;
  readonly clientId: string;
  readonly sessionId: string;
  readonly scopes: readonly AppScope[];
  readonly createdAt: number;
}

export class AppGrants {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** The grants, the newest first. */
  list(): AppGrant[] {
    return this.#tables.rows("SELECT * FROM app_grant ORDER BY created_at DESC").map(read);
  }

  find(grantId: string): AppGrant | null {
    return orNull(this.#tables.row("SELECT * FROM app_grant WHERE grant_id = ?", grantId));
  }

  ofSession(sessionId: string): AppGrant | null {
    return orNull(this.#tables.row("SELECT * FROM app_grant WHERE session_id = ?", sessionId));
  }

  add({ grantId, clientId, sessionId, createdAt }: Omit<AppGrant, "scopes">, scopes: readonly string[]): void {
    this.#tables.write(
      "INSERT INTO app_grant (grant_id, client_id, scopes, session_id, created_at) VALUES (?, ?, ?, ?, ?)",
      grantId,
      clientId,
      scopes.join(" "),
      sessionId,
      createdAt,
    );
  }

  remove(grantId: string): void {
    this.#tables.write("DELETE FROM app_grant WHERE grant_id = ?", grantId);
  }
}

function orNull(row: Record<string, unknown> | undefined): AppGrant | null {
  return row === undefined ? null : read(row);
}

function read(row: Record<string, unknown>): AppGrant {
  const scopes = String(row["scopes"]).split(" ");
  return {
    grantId: String(row["grant_id"]),
    clientId: String(row["client_id"]),
    sessionId: String(row["session_id"]),
    scopes: APP_SCOPES.filter((scope) => scopes.includes(scope)),
    createdAt: Number(row["created_at"]),
  };
}
