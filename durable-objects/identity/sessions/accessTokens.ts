/** The access tokens of sessions, as the SHA-256 of their ids: those of a session's last refreshes are valid. */
import { sha256 } from "../digest.ts";
import type { Tables } from "../tables.ts";

/** An access token lives 15 minutes by the clock of the gateway that signs it, which may be a little off. */
const ACCESS_MS = 16 * 60_000;
/** Valid tokens of one session. */
const TOKENS_MAX = 8;

export class AccessTokens {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Within a transaction: a token was issued. A repeated refresh issues the same again: only its expiry changes. */
  issue(sessionId: string, jti: string, now: number): void {
    const hash = sha256(jti);
    this.#tables.write(
      `DELETE FROM session_token WHERE session_id = ? AND seq NOT IN
         (SELECT seq FROM session_token WHERE session_id = ? AND jti <> ? ORDER BY seq DESC LIMIT ?)`,
      sessionId,
      sessionId,
      hash,
      TOKENS_MAX - 1,
    );
    this.#tables.write(
      "INSERT INTO session_token (session_id, jti, expires_at) VALUES (?, ?, ?)",
      sessionId,
      hash,
      now + ACCESS_MS,
    );
  }

  isValid(sessionId: string, jti: string, now: number): boolean {
    const query = "SELECT 1 FROM session_token WHERE session_id = ? AND jti = ? AND expires_at > ?";
    return this.#tables.row(query, sessionId, sha256(jti), now) !== undefined;
  }

  /** Within a transaction: the session has ended. */
  remove(sessionId: string): void {
    this.#tables.write("DELETE FROM session_token WHERE session_id = ?", sessionId);
  }
}
