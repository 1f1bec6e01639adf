/** Sessions of a login: what its object and the workers say to each other about them. */
import type { AccountId, LoginRoute, UserId } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Plan } from "../../../domain/rateLimit.ts";
import type { Principal, Role, Scope } from "../../auth/principal.ts";
import type { Region } from "../../ids/region.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Client } from "./devices.ts";
import type { PasskeyRequest } from "../../wire/passkeys.ts";

/** How long a proof of who is at the keyboard counts for what asks for one. */
export const STEP_UP_MS = 5 * 60_000;

/** How a user showed who it is. */
export type Proof = "password" | "totp" | "recovery" | "passkey" | "external";

/** A session that is to begin: of a user who signed in, or of an app that a user authorized. */
export interface SessionStart {
  readonly kind: "person" | "app";
  readonly proofs: readonly Proof[];
  /** The proofs are enough for what asks for a fresh one. */
  readonly steppedUp: boolean;
  readonly origin: Origin;
  /** What the client shows of having signed in before; left out by earlier releases. */
  readonly client?: Client;
  /** Left out: everything. */
  readonly scopes?: readonly Scope[];
  /** The app's client id. */
  readonly clientId?: string;
  /** Left out: the login's own account. */
  readonly accountId?: AccountId;
  /** What the user's list of sessions calls it. */
  readonly label?: string;
}

/** A session as its holder needs it, when it has begun and whenever it was refreshed. */
export interface SessionGrant {
  readonly sessionId: string;
  /** Random, for one access token: whoever knows it holds that token. */
  readonly jti: string;
  /** Good for seven days or until it is used. */
  readonly refreshToken: string;
  readonly principal: Principal;
  /** When the user last proved who it is, epoch milliseconds; null: never in this session, or an app. */
  readonly steppedUpAt: number | null;
  /** What requests with the session's cookies must repeat in a header. */
  readonly csrfToken: string;
  readonly kind: "person" | "app";
  /** For a device that is new to the login and keeps cookies: shows later that it has signed in before. */
  readonly deviceToken?: string;
}

/** What a proof of identity leads to: a session, or the question for a second factor. */
export type SignedIn =
  | { readonly kind: "session"; readonly grant: SessionGrant }
  | {
      readonly kind: "mfa";
      readonly challenge: string;
      readonly methods: readonly string[];
      /** What one of the login's passkeys would have to sign; left out when it has none. */
      readonly passkey?: PasskeyRequest;
    };

/** What an access token stands for at this moment. */
export interface SessionView {
  readonly kind: "person" | "app";
  readonly principal: Principal;
  readonly steppedUpAt: number | null;
  readonly csrfToken: string;
  /** Names the login's object, when that was asked by its handle. */
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

/** Something that happened to a login. Where it was asked for is null for what the login did by itself. */
export interface SecurityEntry {
  readonly at: number;
  readonly kind: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly origin: Origin | null;
}

/** Who a login is, as its user sees it. */
export interface Me {
  readonly userId: UserId;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly plan: Plan;
  readonly region: Region;
  readonly accountIds: readonly string[];
  readonly createdAt: number;
  /** What the user says of itself; left out by logins of an earlier release. */
  readonly name?: string | null;
  readonly country?: string | null;
}

export interface LoginSessionRpc {
  /**
   * What the access token with this `jti` stands for; refused as `session_ended`. A relay that gives its name is told
   * when that is over.
   */
  verify(sessionId: string, jti: string, relay?: string): Promise<IdentityOutcome<SessionView>>;
  /** The next tokens of a session. `csrf`: what came with a refresh token in a cookie; null for one in the body. */
  refresh(refreshToken: string, csrf: string | null, origin: Origin): Promise<IdentityOutcome<SessionGrant>>;
  /** Ends the session of a refresh token. */
  endByRefreshToken(refreshToken: string, csrf: string | null): Promise<IdentityOutcome<null>>;
  /** Ends one session of the login; false when it has no such session. */
  end(sessionId: string): Promise<boolean>;
  /** Ends all sessions, apps' too, but one, and forgets all devices but that of the client; how many sessions those were. */
  endOthers(exceptId: string, client?: Client): Promise<number>;
  list(): Promise<readonly SessionEntry[]>;
  /** What happened to the login, newest first. */
  securityLog(limit: number): Promise<readonly SecurityEntry[]>;
  me(): Promise<IdentityOutcome<Me>>;
}
