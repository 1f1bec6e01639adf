/** What workers ask of a login's sessions. */
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import type {
  Me,
  SessionEntry,
  SessionGrant,
  SessionRpc,
  SessionView,
} from "../../../protocol/rpc/identity/sessions.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { Profile } from "../profile.ts";
import { type KnownDevices, NO_CLIENT } from "./knownDevices.ts";
import type { Revocations } from "./revocations.ts";
import type { Sessions } from "./sessions.ts";

const ENDED = { ok: false, reason: "session_ended" } as const;

export class SessionService {
  readonly #profile: Profile;
  readonly #sessions: Sessions;
  readonly #revocations: Revocations;
  readonly #devices: KnownDevices;

  constructor(profile: Profile, sessions: Sessions, revocations: Revocations, devices: KnownDevices) {
    this.#devices = devices;
    this.#profile = profile;
    this.#sessions = sessions;
    this.#revocations = revocations;
  }

  verify(...[sessionId, jti, relay]: Parameters<SessionRpc["verifySession"]>): ReturnType<SessionRpc["verifySession"]> {
    const view = this.#sessions.verify(sessionId, jti);
    if (view === null) return Promise.resolve(ENDED);
    if (relay !== undefined) this.#revocations.watch(relay);
    return Promise.resolve({ ok: true, value: view } satisfies IdentityOutcome<SessionView>);
  }

  refresh(refreshToken: string, csrf: string | null, origin: Origin): Promise<IdentityOutcome<SessionGrant>> {
    return Promise.resolve(this.#sessions.refresh(refreshToken, csrf, origin));
  }

  /**
   * Whoever shows a refresh token of a session may end it, also an old one: a client that has lost an answer wants to sign
   * out as well, and a thief is welcome to. One that is over already is no error.
   */
  endOf(refreshToken: string, csrf: string | null): Promise<IdentityOutcome<null>> {
    const id = this.#sessions.idOf(refreshToken);
    if (id !== null && csrf !== null && !this.#sessions.isCsrf(id, csrf)) {
      return Promise.resolve({ ok: false, reason: "csrf_failed" });
    }
    if (id !== null) this.#sessions.end(id, "signed_out");
    return Promise.resolve({ ok: true, value: null });
  }

  end(sessionId: string): Promise<boolean> {
    return Promise.resolve(this.#sessions.end(sessionId, "revoked"));
  }

  endOthers(exceptId: string, client: Client = NO_CLIENT): Promise<number> {
    this.#devices.forget(client);
    return Promise.resolve(this.#sessions.endAll("revoked", exceptId));
  }

  list(): Promise<readonly SessionEntry[]> {
    return Promise.resolve(this.#sessions.list());
  }

  /** With the own account: those that others share are the part of the grants. */
  me(): Promise<IdentityOutcome<Me>> {
    const login = this.#profile.login();
    if (login === null) return Promise.resolve(ENDED);
    const { userId, roles, plan, region, createdAt, accountId } = login;
    const email = this.#profile.email();
    return Promise.resolve({
      ok: true,
      value: { userId, email, roles, plan, region, accountIds: [accountId], createdAt },
    });
  }
}
