/** Sessions of a login: rows that its access and refresh tokens stand for. A token that is right has a row behind it. */
import type { AccountId, LoginRoute } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import { type Credential, type Principal, type Scope, SCOPES } from "../../../protocol/auth/principal.ts";
import type { SessionEntry, SessionGrant, SessionStart, SessionView } from "../../../protocol/rpc/identity/sessions.ts";
import { readRefreshToken } from "../../../protocol/auth/refreshToken.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import type { BackgroundTask } from "../backgroundTasks.ts";
import { sha256 } from "../digest.ts";
import type { Profile } from "../profile.ts";
import { type KnownDevices, NO_CLIENT } from "./knownDevices.ts";
import { csrfTokenOf, isOfSession, newRefreshToken, nextOf, sameText, type Tokens } from "./refreshTokens.ts";
import type { Revocations } from "./revocations.ts";
import type { SecurityLog } from "./securityLog.ts";
import type { Tables } from "../tables.ts";

/** How long a session lives without a refresh. */
export const SESSION_MS = 7 * 86_400_000;
/** How long a session of a person lasts however often it is refreshed; of one who runs the exchange: a working day. */
export const PERSON_MS = 30 * 86_400_000;
export const ADMIN_MS = 12 * 3_600_000;
/** How long the refresh token used last may be repeated: by a client that lost the answer. */
export const REPEAT_MS = 10_000;
/** An access token lives 15 minutes by the clock of the gateway that signs it, which may be a little off. */
const ACCESS_MS = 16 * 60_000;
/** Access tokens of one session that open anything: those of the last refreshes. */
const TOKENS_MAX = 8;
/** Sessions of one login; the one unused for longest ends when there are more. */
export const SESSIONS_MAX = 100;
/** How exactly it is known when a session was last used: each time costs a write. */
const USED_GRAIN_MS = 60_000;

export interface SessionPorts {
  /** The name of the login's object. */
  readonly route: LoginRoute;
  now(): number;
  /** Tells the person of something that it should look at. */
  alert(kind: "refresh_reused"): void;
  /** Tells the person of a sign-in from where there has been none. */
  newDevice(origin: Origin): void;
  /** Has the object woken when the next session runs out. */
  wake(): void;
}

interface Row {
  readonly id: string;
  readonly kind: "person" | "app";
  readonly createdAt: number;
  readonly usedAt: number;
  readonly expiresAt: number;
  readonly device: string;
  readonly proofs: string;
  readonly steppedUpAt: number | null;
  readonly scopes: readonly Scope[] | null;
  readonly clientId: string | null;
  readonly accountId: AccountId | null;
  readonly salt: string;
  readonly refresh: string;
  readonly previous: string | null;
  readonly rotatedAt: number;
}

interface Device {
  readonly ip: string;
  readonly userAgent: string;
  readonly label: string | null;
}

/** When a session ends, in SQL; the parameter is how long a session of a person lasts at most. */
const ENDS_AT = "CASE kind WHEN 'person' THEN min(expires_at, created_at + ?) ELSE expires_at END";

const ENDED = { ok: false, reason: "session_ended" } as const;

export class Sessions implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #log: SecurityLog;
  readonly #revocations: Revocations;
  readonly #devices: KnownDevices;
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
    this.#devices = devices;
    this.#profile = profile;
    this.#log = log;
    this.#revocations = revocations;
    this.#ports = ports;
  }

  /** Begins a session. Throws when nobody may use the login: whoever proved something of it has checked that. */
  start(start: SessionStart): SessionGrant {
    return this.#tables.transaction(() => {
      const now = this.#ports.now();
      const { kind, proofs, origin, scopes, clientId = null, accountId = null, label = null } = start;
      const id = crypto.randomUUID();
      const salt = newSecret();
      const refreshToken = newRefreshToken(this.#ports.route, id, salt);
      const { known, token } =
        kind === "person" ? this.#devices.signedIn(origin, start.client ?? NO_CLIENT) : { known: true, token: null };
      const device: Device = { ip: origin.ip, userAgent: origin.userAgent, label };
      this.#tables.write(
        `INSERT INTO session (id, kind, created_at, used_at, expires_at, device, proofs, stepped_up_at, scopes,
           client_id, account_id, salt, refresh, previous, rotated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)`,
        id,
        kind,
        now,
        now,
        this.#nextEnd(kind, now, now),
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

  /** What an access token stands for; null when its session is over, or the token is none of its last ones. */
  verify(sessionId: string, jti: string): SessionView | null {
    const now = this.#ports.now();
    const row = this.#live(sessionId, now);
    if (row === null) return null;
    const token = this.#tables.row(
      "SELECT 1 FROM session_token WHERE session_id = ? AND jti = ? AND expires_at > ?",
      row.id,
      sha256(jti),
      now,
    );
    const principal = this.#principal(row);
    if (token === undefined || principal === null) return null;
    if (now - row.usedAt >= USED_GRAIN_MS) {
      this.#tables.write("UPDATE session SET used_at = ? WHERE id = ?", now, row.id);
    }
    const { kind, steppedUpAt } = row;
    return { kind, principal, steppedUpAt, csrfToken: csrfTokenOf(row.salt) };
  }

  /**
   * The next tokens of a session. The token used last gives the same again for ten seconds; an older one was copied by
   * somebody, so it ends the session. `csrf` is what came with a token in a cookie, null for one in the body.
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
          this.#nextEnd(row.kind, row.createdAt, now),
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

  /** The session that once gave out this refresh token, new or old; null: none that lasts has. */
  idOf(refreshToken: string): string | null {
    const token = readRefreshToken(refreshToken);
    const row = token === null ? null : this.#live(token.sessionId, this.#ports.now());
    return token !== null && row !== null && isOfSession(row.salt, token) ? row.id : null;
  }

  /** True when this is what requests with the session's cookies must repeat. */
  isCsrf(sessionId: string, csrf: string): boolean {
    const row = this.#row(sessionId);
    return row !== null && sameText(csrf, csrfTokenOf(row.salt));
  }

  /** Ends a session: nothing of it opens anything any more. False when there is none. */
  end(sessionId: string, why: string): boolean {
    if (this.#row(sessionId) === null) return false;
    this.#tables.transaction(() => this.#endRows([sessionId], why));
    return true;
  }

  /** Ends all sessions, but for one, and the sign-ins that wait for a second factor; how many sessions those were. */
  endAll(why: string, exceptId = ""): number {
    if (this.#tables.exist) this.#tables.write("DELETE FROM mfa_challenge");
    const ids = this.#tables.rows("SELECT id FROM session WHERE id <> ?", exceptId).map(({ id }) => String(id));
    if (ids.length > 0) this.#tables.transaction(() => this.#endRows(ids, why));
    return ids.length;
  }

  /** When the next session runs out, epoch milliseconds; null: there is none. */
  dueAt(): number | null {
    const due = this.#tables.row(`SELECT min(${ENDS_AT}) AS at FROM session`, this.#personMs())?.["at"];
    return typeof due === "number" ? due : null;
  }

  /** Ends the sessions that have run out: sockets that they have opened are still open. */
  run(now: number): void {
    const over = this.#tables.rows(`SELECT id FROM session WHERE ${ENDS_AT} <= ?`, this.#personMs(), now);
    if (over.length > 0)
      this.#tables.transaction(() =>
        this.#endRows(
          over.map(({ id }) => String(id)),
          "expired",
        ),
      );
  }

  /** The person of this session has just proved again who it is. */
  steppedUp(sessionId: string): void {
    this.#tables.write("UPDATE session SET stepped_up_at = ? WHERE id = ?", this.#ports.now(), sessionId);
  }

  /** Of what kind a session is, and when its person proved last who it is; null when it is over. */
  find(sessionId: string): Pick<Row, "kind" | "steppedUpAt" | "clientId"> | null {
    return this.#live(sessionId, this.#ports.now());
  }

  /** All sessions, those used last first. */
  list(): SessionEntry[] {
    const now = this.#ports.now();
    const rows = this.#tables
      .rows(`SELECT * FROM session WHERE ${ENDS_AT} > ? ORDER BY used_at DESC`, this.#personMs(), now)
      .map(read);
    return rows.map((row) => {
      const { id, kind, createdAt, usedAt, clientId, proofs } = row;
      const expiresAt = this.#endOf(row);
      const words = proofs.split(" ").filter((proof) => proof !== "");
      return { id, kind, createdAt, usedAt, expiresAt, clientId, proofs: words, ...this.#device(row) };
    });
  }

  #grant(row: Row, { refreshToken, jti }: Tokens, now: number): SessionGrant {
    const principal = this.#principal(row);
    if (principal === null) throw new Error("nobody may use this login");
    const hash = sha256(jti);
    // A repeated refresh has given this one before: only its end is another.
    this.#tables.write(
      `DELETE FROM session_token WHERE session_id = ? AND seq NOT IN
         (SELECT seq FROM session_token WHERE session_id = ? AND jti <> ? ORDER BY seq DESC LIMIT ?)`,
      row.id,
      row.id,
      hash,
      TOKENS_MAX - 1,
    );
    this.#tables.write(
      "INSERT INTO session_token (session_id, jti, expires_at) VALUES (?, ?, ?)",
      row.id,
      hash,
      now + ACCESS_MS,
    );
    const { id: sessionId, kind, steppedUpAt, salt } = row;
    return { sessionId, jti, refreshToken, principal, steppedUpAt, csrfToken: csrfTokenOf(salt), kind };
  }

  /** An app acts for the account it was let into, and never runs or audits the exchange for its person. */
  #principal({ id, kind, accountId, scopes, clientId }: Row): Principal | null {
    const principal = this.#profile.principal();
    if (principal === null) return null;
    const credential: Credential =
      kind === "app" ? { kind: "app", id: `${clientId ?? ""}/${id}` } : { kind: "session", id };
    const roles =
      kind === "app" ? principal.roles.filter((role) => role === "trader" || role === "viewer") : principal.roles;
    const limited = scopes === null ? {} : { scopes };
    return { ...principal, roles, accountId: accountId ?? principal.accountId, credential, ...limited };
  }

  #endRows(ids: readonly string[], why: string): void {
    for (const id of ids) {
      this.#tables.write("DELETE FROM session_token WHERE session_id = ?", id);
      this.#tables.write("DELETE FROM session WHERE id = ?", id);
    }
    this.#log.record("session_ended", { sessions: ids, why });
    this.#revocations.announce(ids);
  }

  #makeRoom(now: number): void {
    const over = this.#tables.rows(
      `SELECT id FROM session WHERE ${ENDS_AT} <= ? OR id NOT IN
         (SELECT id FROM session ORDER BY used_at DESC, created_at DESC LIMIT ?)`,
      this.#personMs(),
      now,
      SESSIONS_MAX,
    );
    if (over.length > 0)
      this.#endRows(
        over.map(({ id }) => String(id)),
        "expired",
      );
  }

  #live(id: string, now: number): Row | null {
    const row = this.#row(id);
    return row === null || this.#endOf(row) <= now ? null : row;
  }

  /** When a session that is used now ends by itself. */
  #nextEnd(kind: Row["kind"], createdAt: number, now: number): number {
    const next = now + SESSION_MS;
    return kind === "person" ? Math.min(next, createdAt + this.#personMs()) : next;
  }

  /** The same for one that is there: earlier releases wrote later ends, and its person may have got another role. */
  #endOf({ kind, createdAt, expiresAt }: Row): number {
    return kind === "person" ? Math.min(expiresAt, createdAt + this.#personMs()) : expiresAt;
  }

  #personMs(): number {
    return this.#profile.login()?.roles.includes("admin") === true ? ADMIN_MS : PERSON_MS;
  }

  #row(id: string): Row | null {
    const found = this.#tables.row("SELECT * FROM session WHERE id = ?", id);
    return found === undefined ? null : read(found);
  }

  #device({ device }: Row): Device {
    return JSON.parse(this.#profile.vault().decrypt(device)) as Device;
  }

  /** Where the session was used last. */
  #deviceNow(row: Row, { ip, userAgent }: Origin): string {
    const { label } = this.#device(row);
    return this.#profile.vault().encrypt(JSON.stringify({ ip, userAgent, label } satisfies Device));
  }
}

function read(row: Record<string, unknown>): Row {
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  const scopes = text("scopes")?.split(" ") ?? null;
  return {
    id: String(row["id"]),
    kind: row["kind"] === "app" ? "app" : "person",
    createdAt: Number(row["created_at"]),
    usedAt: Number(row["used_at"]),
    expiresAt: Number(row["expires_at"]),
    device: String(row["device"]),
    proofs: String(row["proofs"]),
    steppedUpAt: typeof row["stepped_up_at"] === "number" ? row["stepped_up_at"] : null,
    scopes: scopes === null ? null : SCOPES.filter((scope) => scopes.includes(scope)),
    clientId: text("client_id"),
    accountId: text("account_id"),
    salt: String(row["salt"]),
    refresh: String(row["refresh"]),
    previous: text("previous"),
    rotatedAt: Number(row["rotated_at"]),
  };
}
