/** RPC of a login: its sessions. */
import type { AccountId, LoginRoute, UserId } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Plan } from "../../../domain/rateLimit.ts";
import type { Principal, Role, Scope } from "../../auth/principal.ts";
import type { Region } from "../../ids/region.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Client } from "./devices.ts";
import type { PasskeyRequest } from "../../wire/passkeys.ts";

/** How long a session counts as freshly verified. */
export const STEP_UP_MS = 5 * 60_000;

/** How long the login of a guest is kept. */
export const GUEST_MS = 7 * 86_400_000;

/** The kinds of proof of a sign-in or step-up. */
export type Proof = "password" | "totp" | "recovery" | "passkey" | "external";

/** A session to start: of a user who signed in, or of an app that a user authorized. */
export interface SessionStart {
  readonly kind: "person" | "app";
  readonly proofs: readonly Proof[];
  /** The proofs are enough for a step-up. */
  readonly steppedUp: boolean;
  readonly origin: Origin;
  /** What the client sends to be recognized; left out by earlier releases. */
  readonly client?: Client;
  /** Left out: all scopes. */
  readonly scopes?: readonly Scope[];
  /** The app's client id. */
  readonly clientId?: string;
  /** Left out: the login's own account. */
  readonly accountId?: AccountId;
  /** Its name in the user's list of sessions. */
  readonly label?: string;
}

/** A session that has started or was refreshed, for its holder. */
export interface SessionGrant {
  readonly sessionId: string;
  /** The random id of one access token: knowing it proves possession of the token. */
  readonly jti: string;
  /** Valid for seven days, once. */
  readonly refreshToken: string;
  readonly principal: Principal;
  /** When the user last gave a proof, epoch milliseconds; null: never in this session, or an app. */
  readonly steppedUpAt: number | null;
  /** The CSRF token of requests with the session's cookies. */
  readonly csrfToken: string;
  readonly kind: "person" | "app";
  /** The token of a new device that stores cookies: later sign-ins are recognized by it. */
  readonly deviceToken?: string;
}

/** The result of a first proof: a session, or a challenge for the second factor. */
export type SignedIn =
  | { readonly kind: "session"; readonly grant: SessionGrant }
  | {
      readonly kind: "mfa";
      readonly challenge: string;
      readonly methods: readonly string[];
      /** The options for the login's passkeys; left out when it has none. */
      readonly passkey?: PasskeyRequest;
    };

/** A verified access token. */
export interface SessionView {
  readonly kind: "person" | "app";
  readonly principal: Principal;
  readonly steppedUpAt: number | null;
  readonly csrfToken: string;
  /** The login's route, when its alias was asked. */
  readonly route?: LoginRoute;
}

/** One session in its user's list. Times are epoch milliseconds. */
export interface SessionEntry {
  readonly id: string;
  readonly kind: "person" | "app";
  readonly createdAt: number;
  readonly usedAt: number;
  readonly expiresAt: number;
  readonly ip: string;
  readonly userAgent: string;
  readonly label: string | null;
  readonly clientId: string | null;
  readonly proofs: readonly string[];
}

/** An entry of the security log. The client is null for what the login did by itself. */
export interface SecurityEntry {
  readonly at: number;
  readonly kind: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly origin: Origin | null;
}

/** A login as its user sees it. */
export interface Me {
  readonly userId: UserId;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly plan: Plan;
  readonly region: Region;
  readonly accountIds: readonly string[];
  readonly createdAt: number;
  /** The user's personal details; left out by logins of an earlier release. */
  readonly name?: string | null;
  readonly country?: string | null;
  /** Until when a guest's login is kept; null, or left out by an earlier release: it is a user's. */
  readonly guestUntil?: number | null;
}

export interface LoginSessionRpc {
  /**
   * The session of the access token with this `jti`; refused as `session_ended`. A relay that gives its name is
   * notified when the session ends.
   */
  verify(sessionId: string, jti: string, relay?: string): Promise<IdentityOutcome<SessionView>>;
  /** The next tokens of a session. `csrf`: the CSRF token that came with a cookie; null for a token in the body. */
  refresh(refreshToken: string, csrf: string | null, origin: Origin): Promise<IdentityOutcome<SessionGrant>>;
  /** Ends the session of a refresh token. */
  endByRefreshToken(refreshToken: string, csrf: string | null): Promise<IdentityOutcome<null>>;
  /** Ends one session of the login; false when it has no such session. */
  end(sessionId: string): Promise<boolean>;
  /**
   * Ends all sessions but one, also those of apps, and forgets all devices but the client's; returns the number of
   * sessions.
   */
  endOthers(exceptId: string, client?: Client): Promise<number>;
  list(): Promise<readonly SessionEntry[]>;
  /** The security log, newest first. */
  securityLog(limit: number): Promise<readonly SecurityEntry[]>;
  me(): Promise<IdentityOutcome<Me>>;
}
