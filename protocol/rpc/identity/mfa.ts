/** RPC of a login: second factors. */
import type { Origin } from "../../../domain/account/state/events.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Client } from "./devices.ts";
import type {
  CreationOptions,
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyRequest,
  Site,
} from "../../wire/passkeys.ts";
import type { SessionGrant } from "./sessions.ts";

/** The second factors. */
export type Factor = "totp" | "recovery_code" | "passkey";

/** A code, or a passkey's signature. */
export type MfaAnswer =
  | { readonly kind: "totp" | "recovery_code"; readonly code: string }
  | { readonly kind: "passkey"; readonly response: PasskeyAssertion; readonly site: Site };

/** The proof of a step-up; `key`: derived from the password (passwords.ts). */
export type StepUpAnswer =
  | { readonly kind: "password"; readonly key: Uint8Array }
  | { readonly kind: "totp"; readonly code: string }
  | { readonly kind: "passkey"; readonly response: PasskeyAssertion; readonly site: Site };

/** One passkey in its user's list. Times are epoch milliseconds. */
export interface PasskeyEntry {
  readonly id: string;
  readonly label: string;
  readonly createdAt: number;
  readonly usedAt: number | null;
  /** The passkey is synchronised between devices. */
  readonly backedUp: boolean;
}

/** The second factors of a login. */
export interface MfaStatus {
  readonly required: boolean;
  /** When the authenticator app was enrolled, epoch milliseconds. */
  readonly totpSince: number | null;
  readonly recoveryCodesLeft: number;
  readonly passkeys: readonly PasskeyEntry[];
}

/** A secret for an authenticator app, shown once; `uri` is for a QR code. */
export interface TotpSecret {
  readonly secret: string;
  readonly uri: string;
}

/** The proofs that a session's user can give; `password` when there is no second factor. */
export interface StepUpOptions {
  readonly methods: readonly ("password" | "totp" | "passkey")[];
  readonly passkey: PasskeyRequest | null;
}

/** Signing in with a second factor, or with a passkey alone. */
export interface FactorSignInRpc {
  /** Completes a sign-in by a second factor. A challenge allows five attempts within five minutes. */
  finish(challenge: string, answer: MfaAnswer, client?: Client): Promise<IdentityOutcome<SessionGrant>>;
  /** A challenge for a sign-in by passkey alone. The object of any login creates one, and stores nothing. */
  passkeyRequest(): Promise<PasskeyRequest>;
  byPasskey(
    response: PasskeyAssertion,
    site: Site,
    origin: Origin,
    client?: Client,
  ): Promise<IdentityOutcome<SessionGrant>>;
}

/** The second factors of a login, as its signed-in user manages them. */
export interface FactorRpc {
  status(): Promise<MfaStatus>;

  /** Creates a secret, which becomes active when `confirmTotp` is called with one of its codes. */
  enrolTotp(): Promise<TotpSecret>;
  /** Activates the secret; returns new recovery codes. Wrong codes delay further attempts of the session. */
  confirmTotp(code: string, origin: Origin, sessionId?: string): Promise<IdentityOutcome<readonly string[]>>;
  /** Refused as `no_such_factor` when it is not enrolled. */
  removeTotp(origin: Origin): Promise<IdentityOutcome<null>>;
  /** Replaces the recovery codes; refused as `no_such_factor` when the login has no second factor. */
  makeRecoveryCodes(origin: Origin): Promise<IdentityOutcome<readonly string[]>>;

  passkeyRegistration(sessionId: string, site: Site): Promise<CreationOptions>;
  /** Adds a passkey; returns recovery codes when the login had none. */
  addPasskey(
    sessionId: string,
    response: PasskeyAttestation,
    label: string,
    site: Site,
    origin: Origin,
  ): Promise<IdentityOutcome<{ readonly id: string; readonly recoveryCodes: readonly string[] | null }>>;
  removePasskey(id: string, origin: Origin): Promise<IdentityOutcome<null>>;
}

/** Step-up authentication: a fresh proof from a signed-in user. */
export interface StepUpRpc {
  options(sessionId: string): Promise<StepUpOptions>;
  /** Marks the session as freshly verified. The password is accepted when the login has no second factor. */
  prove(sessionId: string, answer: StepUpAnswer, origin: Origin): Promise<IdentityOutcome<null>>;
}
