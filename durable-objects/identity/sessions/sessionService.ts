/** What workers ask of a login's sessions. */
import type { LoginRoute } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import type { PersonalDetails } from "../../../protocol/rpc/identity/privacy.ts";
import type {
  LoginSessionRpc,
  Me,
  SecurityEntry,
  SessionEntry,
  SessionGrant,
  SessionView,
} from "../../../protocol/rpc/identity/sessions.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { Profile } from "../profile.ts";
import { type KnownDevices, NO_CLIENT } from "./knownDevices.ts";
import type { Revocations } from "./revocations.ts";
import type { SecurityLog } from "./securityLog.ts";
import type { Sessions } from "./sessions.ts";

const ENDED = { ok: false, reason: "session_ended" } as const;

export interface SessionServiceParts {
  readonly sessions: Sessions;
  readonly revocations: Revocations;
  readonly devices: KnownDevices;
  readonly log: SecurityLog;
  /** The login that this object is an alias of; null: it is none. */
  aliasedLogin(): { readonly route: LoginRoute; readonly loginSessions: Pick<LoginSessionRpc, "verify"> } | null;
  /** To be called whenever the login is used. */
  used(): void;
  /** The accounts that the login may use, its own first. */
  accountIds(): readonly string[];
  personalDetails(): PersonalDetails;
}

export class SessionService {
  readonly #profile: Profile;
  readonly #parts: SessionServiceParts;

  constructor(profile: Profile, parts: SessionServiceParts) {
    this.#profile = profile;
    this.#parts = parts;
  }

  /** An access token of an app names the login by its alias: the alias asks the login. */
  async verify(sessionId: string, jti: string, relay?: string): Promise<IdentityOutcome<SessionView>> {
    const { sessions, revocations } = this.#parts;
    this.#parts.used();
    const view = sessions.verify(sessionId, jti);
    if (view !== null) {
      if (relay !== undefined) revocations.watch(relay);
      return { ok: true, value: view };
    }
    const login = this.#parts.aliasedLogin();
    if (login === null) return ENDED;
    const found = await login.loginSessions.verify(sessionId, jti, relay);
    return found.ok ? { ok: true, value: { ...found.value, route: login.route } } : found;
  }

  refresh(refreshToken: string, csrf: string | null, origin: Origin): IdentityOutcome<SessionGrant> {
    return this.#parts.sessions.refresh(refreshToken, csrf, origin);
  }

  /**
   * A client may end its session with any refresh token of it, also an old one, in case it lost a response. A session
   * that has ended is no error.
   */
  endByRefreshToken(refreshToken: string, csrf: string | null): IdentityOutcome<null> {
    const { sessions } = this.#parts;
    const id = sessions.idOf(refreshToken);
    if (id !== null && csrf !== null && !sessions.isCsrf(id, csrf)) return { ok: false, reason: "csrf_failed" };
    if (id !== null) sessions.end(id, "signed_out");
    return { ok: true, value: null };
  }

  end(sessionId: string): boolean {
    return this.#parts.sessions.end(sessionId, "revoked");
  }

  endOthers(exceptId: string, client: Client = NO_CLIENT): number {
    this.#parts.devices.forget(client);
    return this.#parts.sessions.endAll("revoked", exceptId);
  }

  list(): readonly SessionEntry[] {
    return this.#parts.sessions.list();
  }

  securityLog(limit: number): readonly SecurityEntry[] {
    return this.#parts.log.list(limit);
  }

  me(): IdentityOutcome<Me> {
    const login = this.#profile.login();
    if (login === null) return ENDED;
    const { userId, roles, plan, region, createdAt, guestUntil } = login;
    const accountIds = this.#parts.accountIds();
    const named = { userId, email: this.#profile.email(), roles, plan, region, accountIds, createdAt, guestUntil };
    return { ok: true, value: { ...named, ...this.#parts.personalDetails() } };
  }
}
