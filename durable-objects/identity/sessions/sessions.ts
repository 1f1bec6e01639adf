/** The sessions of a login: each is a row, which its access and refresh tokens refer to. */
import type { AccountId, LoginRoute } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Credential, Principal } from "../../../protocol/auth/principal.ts";
import type { SessionEntry, SessionGrant, SessionStart, SessionView } from "../../../protocol/rpc/identity/sessions.ts";
import { readRefreshToken } from "../../../protocol/auth/refreshToken.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import type { BackgroundTask } from "../backgroundTasks.ts";
import { sha256 } from "../digest.ts";
import type { Profile } from "../profile.ts";
import { AccessTokens } from "./accessTokens.ts";
import { type KnownDevices, NO_CLIENT } from "./knownDevices.ts";
import { csrfTokenOf, isOfSession, newRefreshToken, nextOf, sameText, type Tokens } from "./refreshTokens.ts";
import type { Revocations } from "./revocations.ts";
import type { SecurityLog } from "./securityLog.ts";
import { endOf, ENDS_AT, expiryOf, longestSessionMs } from "./sessionLifetime.ts";
import { readSessionRow, type SessionDevice, type SessionRow } from "./sessionRow.ts";
import type { Tables } from "../tables.ts";

/** How long the refresh token used last may be repeated, by a client that lost the response. */
export const REPEAT_MS = 10_000;
/** Sessions of one login; more end the one that was unused for longest. */
export const SESSIONS_MAX = 100;
/** The last use of a session is written at most this often, because it costs a write. */
const USE_WRITTEN_MS = 60_000;

export interface SessionPorts {
  /** The name of the login's object. */
  readonly route: LoginRoute;
  now(): number;
  /** Notifies the user of a security alert. */
  alert(kind: "refresh_reused"): void;
  /** Notifies the user of a sign-in from an unknown device and network. */
  newDevice(origin: Origin): void;
  /** Sets the alarm for the next session that expires. */
  wake(): void;
}

const ENDED = { ok: false, reason: "session_ended" } as const;

export class Sessions implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #log: SecurityLog;
  readonly #revocations: Revocations;
  readonly #devices: KnownDevices;
  readonly #accessTokens: AccessTokens;
  readonly #ports: SessionPorts;

  constructor(
    tables: Tables,
    profile: Profile,
    log: SecurityLog,
    revocations: Revocations,
    devices: KnownDevices,
    ports: SessionPorts,
  ) {
    this.#tables = tables;
    this.#accessTokens = new AccessTokens(tables);
    this.#devices = devices;
    this.#profile = profile;
    this.#log = log;
    this.#revocations = revocations;
    this.#ports = ports;
  }

  /** Starts a session. Throws when the login is disabled or unverified: the caller has verified a proof of it. */
  start(start: SessionStart): SessionGrant {
    return this.#tables.transaction(() => {
      const now = this.#ports.now();
      const { kind, proofs, origin, scopes, clientId = null, accountId = null, label = null } = start;
      const id = crypto.randomUUID();
      const salt = newSecret();
      const refreshToken = newRefreshToken(this.#ports.route, id, salt);
      const { known, token } =
        kind === "person" ? this.#devices.signedIn(origin, start.client ?? NO_CLIENT) : { known: true, token: null };
      const device: SessionDevice = { ip: origin.ip, userAgent: origin.userAgent, label };
      this.#tables.write(
        `INSERT INTO session (id, kind, created_at, used_at, expires_at, device, proofs, stepped_up_at, scopes,
           client_id, account_id, salt, refresh, previous, rotated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)`,
        id,
        kind,
        now,
        now,
        expiryOf({ kind, createdAt: now }, now, this.#longestMs()),
        this.#profile.vault().encrypt(JSON.stringify(device)),
        proofs.join(" "),
        start.steppedUp ? now : null,
        scopes?.join(" ") ?? null,
        clientId,
        accountId,
        salt,
        sha256(refreshToken),
        now,
      );
      const facts = { session: id, kind, proofs, ...(clientId === null ? {} : { clientId }) };
      this.#log.record("signed_in", known ? facts : { ...facts, newDevice: true }, origin);
      if (!known) this.#ports.newDevice(origin);
      this.#makeRoom(now);
      this.#ports.wake();
      const row = this.#row(id);
      if (row === null) throw new Error("a session that has begun is there");
      const grant = this.#grant(row, { refreshToken, jti: newSecret() }, now);
      return token === null ? grant : { ...grant, deviceToken: token };
    });
  }

  /** The session of an access token; null when it has ended, or the token is not one of its last ones. */
  verify(sessionId: string, jti: string): SessionView | null {
    const now = this.#ports.now();
    const row = this.#live(sessionId, now);
    if (row === null) return null;
    const valid = this.#accessTokens.isValid(row.id, jti, now);
    const principal = this.#principal(row);
    if (!valid || principal === null) return null;
    if (now - row.usedAt >= USE_WRITTEN_MS) {
      this.#tables.write("UPDATE session SET used_at = ? WHERE id = ?", now, row.id);
    }
    const { kind, steppedUpAt } = row;
    return { kind, principal, steppedUpAt, csrfToken: csrfTokenOf(row.salt) };
  }

  /**
   * The next tokens of a session. The token used last gives the same tokens again for ten seconds; an older one was
   * copied, so it ends the session. `csrf`: the CSRF token that came with a cookie; null for a token in the body.
   */
  refresh(refreshToken: string, csrf: string | null, origin: Origin): IdentityOutcome<SessionGrant> {
    const now = this.#ports.now();
    const token = readRefreshToken(refreshToken);
    const row = token === null ? null : this.#live(token.sessionId, now);
    if (token === null || row === null || this.#principal(row) === null) return ENDED;
    if (csrf !== null && !sameText(csrf, csrfTokenOf(row.salt))) return { ok: false, reason: "csrf_failed" };
    const hash = sha256(refreshToken);
    return this.#tables.transaction(() => {
      if (sameText(hash, row.refresh)) {
        const next = nextOf(row.salt, refreshToken);
        this.#tables.write(
          "UPDATE session SET refresh = ?, previous = ?, rotated_at = ?, used_at = ?, expires_at = ?, device = ? WHERE id = ?",
          sha256(next.refreshToken),
          hash,
          now,
          now,
          expiryOf(row, now, this.#longestMs()),
          this.#deviceNow(row, origin),
          row.id,
        );
        return { ok: true, value: this.#grant(row, next, now) };
      }
      if (row.previous !== null && sameText(hash, row.previous) && now - row.rotatedAt <= REPEAT_MS) {
        return { ok: true, value: this.#grant(row, nextOf(row.salt, refreshToken), now) };
      }
      if (!isOfSession(row.salt, token)) return ENDED;
      this.end(row.id, "refresh_reused");
      this.#log.record("refresh_reused", { session: row.id }, origin);
      this.#ports.alert("refresh_reused");
      return ENDED;
    });
  }

  /** The live session that has issued this refresh token, new or old; null: none. */
  idOf(refreshToken: string): string | null {
    const token = readRefreshToken(refreshToken);
    const row = token === null ? null : this.#live(token.sessionId, this.#ports.now());
    return token !== null && row !== null && isOfSession(row.salt, token) ? row.id : null;
  }

  /** Whether this is the session's CSRF token. */
  isCsrf(sessionId: string, csrf: string): boolean {
    const row = this.#row(sessionId);
    return row !== null && sameText(csrf, csrfTokenOf(row.salt));
  }

  /** Ends a session and all its tokens. False when there is none. */
  end(sessionId: string, why: string): boolean {
    if (this.#row(sessionId) === null) return false;
    this.#tables.transaction(() => this.#endRows([sessionId], why));
    return true;
  }

  /**
   * Ends all sessions but one, and the sign-ins that wait for a second factor; returns how many sessions those were.
   */
  endAll(why: string, exceptId = ""): number {
    if (this.#tables.exist) this.#tables.write("DELETE FROM mfa_challenge");
    const ids = this.#tables.rows("SELECT id FROM session WHERE id <> ?", exceptId).map(({ id }) => String(id));
    if (ids.length > 0) this.#tables.transaction(() => this.#endRows(ids, why));
    return ids.length;
  }

  /** Ends the sessions of apps that act for an account. */
  endAppsOf(accountId: AccountId, why: string): void {
    const ids = this.#tables
      .rows(
        "SELECT id FROM session WHERE kind = 'app' AND COALESCE(account_id, ?) = ?",
        this.#firstAccount(),
        accountId,
      )
      .map(({ id }) => String(id));
    if (ids.length > 0) this.#tables.transaction(() => this.#endRows(ids, why));
  }

  /** When the next session expires, epoch milliseconds; null: there is none. */
  dueAt(): number | null {
    const due = this.#tables.row(`SELECT min(${ENDS_AT}) AS at FROM session`, this.#longestMs())?.["at"];
    return typeof due === "number" ? due : null;
  }

  /** Ends the sessions that have expired, so that their sockets are closed. */
  run(now: number): void {
    const over = this.#tables.rows(`SELECT id FROM session WHERE ${ENDS_AT} <= ?`, this.#longestMs(), now);
    if (over.length > 0)
      this.#tables.transaction(() =>
        this.#endRows(
          over.map(({ id }) => String(id)),
          "expired",
        ),
      );
  }

  /** The session's user has just given a fresh proof. */
  steppedUp(sessionId: string): void {
    this.#tables.write("UPDATE session SET stepped_up_at = ? WHERE id = ?", this.#ports.now(), sessionId);
  }

  /** The kind of a session, and the time of its user's last proof; null when it has ended. */
  find(sessionId: string): Pick<SessionRow, "kind" | "steppedUpAt" | "clientId"> | null {
    return this.#live(sessionId, this.#ports.now());
  }

  /** All sessions, most recently used first. */
  list(): SessionEntry[] {
    const now = this.#ports.now();
    const rows = this.#tables
      .rows(`SELECT * FROM session WHERE ${ENDS_AT} > ? ORDER BY used_at DESC`, this.#longestMs(), now)
      .map(readSessionRow);
    return rows.map((row) => {
      const { id, kind, createdAt, usedAt, clientId, proofs } = row;
      const expiresAt = endOf(row, this.#longestMs());
      const words = proofs.split(" ").filter((proof) => proof !== "");
      return { id, kind, createdAt, usedAt, expiresAt, clientId, proofs: words, ...this.#device(row) };
    });
  }

  #grant(row: SessionRow, { refreshToken, jti }: Tokens, now: number): SessionGrant {
    const principal = this.#principal(row);
    if (principal === null) throw new Error("nobody may use this login");
    this.#accessTokens.issue(row.id, jti, now);
    const { id: sessionId, kind, steppedUpAt, salt } = row;
    return { sessionId, jti, refreshToken, principal, steppedUpAt, csrfToken: csrfTokenOf(salt), kind };
  }

  /**
   * An app acts for the account that it was authorized for (of an earlier release: the first one), without its user's
   * roles `admin` and `auditor`, and for none that is closed.
   */
  #principal({ id, kind, accountId, scopes, clientId }: SessionRow): Principal | null {
    const principal = this.#profile.principal();
    if (principal === null) return null;
    const credential: Credential =
      kind === "app" ? { kind: "app", id: `${clientId ?? ""}/${id}` } : { kind: "session", id };
    const roles =
      kind === "app" ? principal.roles.filter((role) => role === "trader" || role === "viewer") : principal.roles;
    const limited = scopes === null ? {} : { scopes };
    const acting = accountId ?? (kind === "app" ? this.#firstAccount() : principal.accountId);
    if (kind === "app" && this.#profile.hasClosed(acting)) return null;
    return { ...principal, roles, accountId: acting, credential, ...limited };
  }

  #firstAccount(): AccountId {
    return this.#profile.login()?.accountId ?? "";
  }

  #endRows(ids: readonly string[], why: string): void {
    for (const id of ids) {
      this.#accessTokens.remove(id);
      this.#tables.write("DELETE FROM session WHERE id = ?", id);
    }
    this.#log.record("session_ended", { sessions: ids, why });
    this.#revocations.announce(ids);
  }

  #makeRoom(now: number): void {
    const over = this.#tables.rows(
      `SELECT id FROM session WHERE ${ENDS_AT} <= ? OR id NOT IN
         (SELECT id FROM session ORDER BY used_at DESC, created_at DESC LIMIT ?)`,
      this.#longestMs(),
      now,
      SESSIONS_MAX,
    );
    if (over.length > 0)
      this.#endRows(
        over.map(({ id }) => String(id)),
        "expired",
      );
  }

  #live(id: string, now: number): SessionRow | null {
    const row = this.#row(id);
    return row === null || endOf(row, this.#longestMs()) <= now ? null : row;
  }

  #longestMs(): number {
    return longestSessionMs(this.#profile.login()?.roles ?? []);
  }

  #row(id: string): SessionRow | null {
    const found = this.#tables.row("SELECT * FROM session WHERE id = ?", id);
    return found === undefined ? null : readSessionRow(found);
  }

  #device({ device }: SessionRow): SessionDevice {
    return JSON.parse(this.#profile.vault().decrypt(device)) as SessionDevice;
  }

  /** Where the session was used last. */
  #deviceNow(row: SessionRow, { ip, userAgent }: Origin): string {
    const { label } = this.#device(row);
    return this.#profile.vault().encrypt(JSON.stringify({ ip, userAgent, label } satisfies SessionDevice));
  }
}
