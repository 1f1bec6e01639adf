/**
 * RPC of a login: passwords. The gateway derives a key from the password by scrypt. Neither is stored, only a digest of
 * the key.
 */
import type { Plan } from "../../../domain/rateLimit.ts";
import type { Principal, Role } from "../../auth/principal.ts";
import type { Region } from "../../ids/region.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Client } from "./devices.ts";
import type { KeyView } from "./apiKeys.ts";
import type { SessionGrant, SignedIn } from "./sessions.ts";

/** The parameters of a derivation. */
export interface Derivation {
  /** log2 of scrypt's N. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
}

/** The parameters for new passwords: 32 MiB and three passes (OWASP's second choice for scrypt). */
export const CURRENT = { cost: 15, blockSize: 8, parallelism: 3 } as const;

/** A key with its derivation. */
export interface DerivedKey extends Derivation {
  readonly key: Uint8Array;
}

/** A requested sign-up. */
export interface SignUp {
  readonly email: string;
  readonly password: DerivedKey;
  readonly region: Region;
  /** The accepted version of the terms. */
  readonly terms?: string;
}

/** A login that an administrator creates; its e-mail counts as verified. */
export interface NewUser {
  readonly email: string;
  /** null: the user sets a password by a reset, or has none. */
  readonly password: DerivedKey | null;
  readonly roles: readonly Role[];
  readonly plan: Plan;
  readonly region: Region;
  /** The id of the approval, which creates one login. The user gets a code by e-mail, which sets the password. */
  readonly invitation?: string;
}

/** A user's own data, which its password must not contain. */
export interface PasswordOwner {
  readonly email: string;
  /** null, or left out by an earlier release: none. */
  readonly name?: string | null;
}

/** A login's API keys after a password reset. */
export interface ResetKeys {
  readonly ended: readonly KeyView[];
  readonly kept: readonly KeyView[];
}

export interface PasswordRpc {
  /** The parameters for deriving this login's key. Without a login, constant decoy parameters. */
  challenge(): Promise<Derivation>;
  /** Signs in; `outdated`: the caller should derive the password with the current parameters and call `renew`. */
  signIn(
    key: Uint8Array,
    origin: Origin,
    client?: Client,
  ): Promise<IdentityOutcome<{ readonly signedIn: SignedIn; readonly outdated: boolean }>>;
  /** Stores the same password in another derivation. */
  renew(key: Uint8Array, renewed: DerivedKey): Promise<void>;
  /** Records in the security log how many attempts failed before this sign-in. */
  recordFailedAttempts(count: number): Promise<void>;
  /** The parameters for checking a signed-in user's password; refused while failed attempts delay the session. */
  own(sessionId?: string): Promise<IdentityOutcome<PasswordOwner & { readonly derivation: Derivation }>>;
  /** Sets the password and ends every session but one. */
  change(
    current: Uint8Array,
    password: DerivedKey,
    exceptSession: string,
    origin: Origin,
  ): Promise<IdentityOutcome<null>>;
}

/** Creates the login of an e-mail. Reserves the e-mail's region first, so that it has one login in all regions. */
export interface RegistrationRpc {
  /** Creates a verified login at once, as an administrator does. */
  createUser(user: NewUser): Promise<IdentityOutcome<Principal>>;
  /**
   * Creates the login of a guest and signs it in. It has a paper account and no password, gets no e-mail, and is erased
   * after some days. The e-mail is a made-up one that names the login.
   */
  createGuest(email: string, origin: Origin): Promise<IdentityOutcome<SessionGrant>>;
  /** Completes the sign-up with this code, if the key is that of its password. Counts failed attempts. */
  verifySignUp(code: string, key: Uint8Array, origin: Origin): Promise<IdentityOutcome<Principal>>;
}

export interface SignUpRpc {
  /** E-mails a code to a new address, or a notice to one that has a login; the response is the same. */
  signUp(asked: SignUp, origin?: Origin): Promise<void>;
  /** The parameters for deriving the password of the sign-up with this code. */
  challenge(code: string): Promise<IdentityOutcome<Derivation>>;
  /**
   * If there is a login, e-mails a code that sets a new password, or repeats the pending one; the response is the same.
   */
  forgotPassword(origin?: Origin, client?: Client): Promise<void>;
  /** The user whose password this code sets. */
  resetOwner(code: string): Promise<IdentityOutcome<PasswordOwner>>;
  /**
   * Sets the password, ends every session, ends every API key unless told to keep them, and forgets the other devices.
   */
  resetPassword(
    code: string,
    password: DerivedKey,
    origin: Origin,
    keepKeys?: boolean,
    client?: Client,
  ): Promise<IdentityOutcome<ResetKeys>>;
}
