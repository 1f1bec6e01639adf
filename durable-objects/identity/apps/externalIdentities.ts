/**
 * Identities at other providers that sign in to a login. An external identity has an object of its own, named by a
 * digest of issuer and subject: it holds a login, or the route of the login that a user has linked it to. It is never
 * matched by e-mail: whoever made a provider vouch for an address could take over the login of that address.
 */
import { type LoginRoute, firstAccountOf } from "../../../domain/ids.ts";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import type { ExternalLink, AuthenticatedIdentity, ExternalSignIn } from "../../../protocol/rpc/identity/external.ts";
import { type SessionStart, type SignedIn, STEP_UP_MS } from "../../../protocol/rpc/identity/sessions.ts";
import { newUserId } from "../../../protocol/ids/residency.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Profile } from "../profile.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Tables } from "../tables.ts";

/** External identities of one login. */
const LINKS_MAX = 10;

export interface ExternalIdentityPorts {
  readonly sessions: Pick<Sessions, "find">;
  /** A session after a first proof, or a challenge for the second factor. */
  begin(start: SessionStart): SignedIn;
  /** E-mails the user. */
  email(change: "external_linked" | "external_unlinked"): void;
  readonly log: SecurityLog;
}

export class ExternalIdentities {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #parts: ExternalIdentityPorts;
  readonly #now: () => number;

  constructor(tables: Tables, profile: Profile, parts: ExternalIdentityPorts, now: () => number) {
    this.#tables = tables;
    this.#profile = profile;
    this.#parts = parts;
    this.#now = now;
  }

  /**
   * Signs in to the login of this external identity, which the first sign-in creates; or returns the login that it is
   * linked to.
   */
  signIn(identity: AuthenticatedIdentity, origin: Origin, client?: Client): IdentityOutcome<ExternalSignIn> {
    const route = this.#pointer();
    if (route !== null) return { ok: true, value: { kind: "linked", route } };
    if (this.#profile.login() !== null) return this.#begin(identity, origin, false, client);
    if (identity.email === null) return { ok: false, reason: "external_email_unverified" };
    const [userId, now] = [newUserId("world"), this.#now()];
    this.#profile.create(
      {
        email: identity.email,
        userId,
        accountId: firstAccountOf(userId),
        roles: ["trader"],
        plan: "standard",
        region: "world",
        passwordHash: null,
        verifiedAt: now,
      },
      now,
    );
    return this.#begin(identity, origin, true, client);
  }

  /** Links this identity to another login. Refused when it has a login of its own or is linked to a third. */
  pointTo(route: LoginRoute): IdentityOutcome<null> {
    const before = this.#pointer();
    if (this.#profile.login() !== null || (before !== null && before !== route)) {
      return { ok: false, reason: "external_taken" };
    }
    this.#tables.transaction(() => {
      this.#tables.create();
      this.#tables.write("INSERT OR REPLACE INTO external_pointer (id, route) VALUES (1, ?)", route);
    });
    return { ok: true, value: null };
  }

  /** Removes the link to that login. */
  release(route: LoginRoute): void {
    if (this.#pointer() === route) this.#tables.write("DELETE FROM external_pointer");
  }

  /** Signs in to this login by a linked identity; null when this login has no such link. */
  signInLinked(
    externalRoute: string,
    identity: AuthenticatedIdentity,
    origin: Origin,
    client?: Client,
  ): IdentityOutcome<ExternalSignIn> | null {
    const linked = this.#tables.row("SELECT 1 FROM external_link WHERE route = ?", externalRoute) !== undefined;
    return linked ? this.#begin(identity, origin, false, client) : null;
  }

  /** Whether a session may link an identity now. Refused when it has ended or its user's last proof is too old. */
  mayLink(sessionId: string): IdentityOutcome<null> {
    const session = this.#parts.sessions.find(sessionId);
    if (session?.kind !== "person" || this.#profile.principal() === null) return { ok: false, reason: "session_ended" };
    const { steppedUpAt } = session;
    const fresh = steppedUpAt !== null && this.#now() - steppedUpAt <= STEP_UP_MS;
    return fresh ? { ok: true, value: null } : { ok: false, reason: "step_up_required" };
  }

  /** Links an identity to this login. Refused when the session that asked for it may not do so now. */
  link(externalRoute: string, provider: string, sessionId: string, origin: Origin): IdentityOutcome<null> {
    const allowed = this.mayLink(sessionId);
    if (!allowed.ok) return allowed;
    if (this.list().length >= LINKS_MAX) return { ok: false, reason: "external_taken" };
    this.#tables.transaction(() => {
      this.#tables.write(
        "INSERT OR REPLACE INTO external_link (route, provider, created_at) VALUES (?, ?, ?)",
        externalRoute,
        provider,
        this.#now(),
      );
      this.#parts.log.record("external_linked", { provider }, origin);
      this.#parts.email("external_linked");
    });
    return { ok: true, value: null };
  }

  /** Removes the links to a provider; returns the linked identities. Refused when there are none. */
  unlink(provider: string, origin: Origin): IdentityOutcome<readonly string[]> {
    const rows = this.#tables.rows("SELECT route FROM external_link WHERE provider = ?", provider);
    if (rows.length === 0) return { ok: false, reason: "external_not_linked" };
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM external_link WHERE provider = ?", provider);
      this.#parts.log.record("external_unlinked", { provider }, origin);
      this.#parts.email("external_unlinked");
    });
    return { ok: true, value: rows.map(({ route }) => String(route)) };
  }

  list(): ExternalLink[] {
    const rows = this.#tables.rows("SELECT provider, created_at FROM external_link ORDER BY created_at");
    return rows.map((row) => ({ provider: String(row["provider"]), createdAt: Number(row["created_at"]) }));
  }

  #begin(
    { fresh }: AuthenticatedIdentity,
    origin: Origin,
    created: boolean,
    client: Client | undefined,
  ): IdentityOutcome<ExternalSignIn> {
    const principal = this.#profile.principal();
    if (principal === null) return { ok: false, reason: "bad_credentials" };
    const start: SessionStart = {
      kind: "person",
      proofs: ["external"],
      steppedUp: fresh,
      origin,
      ...(client === undefined ? {} : { client }),
    };
    const signedIn = this.#parts.begin(start);
    return { ok: true, value: { kind: "signed_in", signedIn, accountId: principal.accountId, created } };
  }

  #pointer(): string | null {
    const route = this.#tables.row("SELECT route FROM external_pointer")?.["route"];
    return typeof route === "string" ? route : null;
  }
}
