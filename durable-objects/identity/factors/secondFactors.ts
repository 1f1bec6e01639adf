/** The second factors of a login together: what workers ask of them, and what its other parts do. */
import type { LoginRoute } from "../../../domain/ids.ts";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import type { MfaAnswer, MfaRpc, StepUpAnswer } from "../../../protocol/rpc/identity/mfa.ts";
import type { PasskeyAttestation, Site } from "../../../protocol/wire/passkeys.ts";
import type { SessionStart, SignedIn } from "../../../protocol/rpc/identity/sessions.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { KeyEncryptionKeys } from "../../vault/vault.ts";
import type { Attempts } from "../passwords/attempts.ts";
import { Factors } from "./factors.ts";
import type { Emails } from "../email/emails.ts";
import { Mfa } from "./mfa.ts";
import { PasskeyChallenges } from "./passkeyChallenges.ts";
import { Passkeys } from "./passkeys.ts";
import type { Profile } from "../profile.ts";
import { RecoveryCodes } from "./recoveryCodes.ts";
import type { KnownDevices } from "../sessions/knownDevices.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { StepUp } from "./stepUp.ts";
import type { Tables } from "../tables.ts";
import { Totp } from "./totp.ts";

export interface FactorPorts {
  /** The name of the login's object. */
  readonly route: LoginRoute;
  readonly sessions: Pick<Sessions, "start" | "steppedUp">;
  readonly attempts: Attempts;
  readonly devices: KnownDevices;
  readonly log: SecurityLog;
  readonly emails: Pick<Emails, "queue">;
  encryptionKeys(): KeyEncryptionKeys;
  now(): number;
  /** Checks the key that the password gives; counts failures. */
  provePassword(key: Uint8Array, sessionId: string): IdentityOutcome<null>;
}

export class SecondFactors implements MfaRpc {
  readonly #profile: Profile;
  readonly #ports: FactorPorts;
  readonly #passkeys: Passkeys;
  readonly #challenges: PasskeyChallenges;
  readonly #mfa: Mfa;
  readonly #factors: Factors;
  readonly #stepUp: StepUp;

  constructor(tables: Tables, profile: Profile, ports: FactorPorts) {
    const now = (): number => ports.now();
    const totp = new Totp(tables, profile, now);
    const recoveryCodes = new RecoveryCodes(tables);
    const challenges = new PasskeyChallenges(tables, () => ports.encryptionKeys(), now);
    const passkeys = new Passkeys(tables, profile, challenges, ports.route, now);
    const parts = { ...ports, totp, recoveryCodes, passkeys, challenges };
    this.#profile = profile;
    this.#ports = ports;
    this.#passkeys = passkeys;
    this.#challenges = challenges;
    this.#mfa = new Mfa(tables, profile, parts, now);
    this.#factors = new Factors(tables, parts);
    this.#stepUp = new StepUp(profile, parts);
  }

  /** A session for whoever has shown a first factor, or the question for a second one. */
  signIn(start: SessionStart): SignedIn {
    return this.#mfa.required
      ? { kind: "mfa", ...this.#mfa.begin(start) }
      : { kind: "session", grant: this.#ports.sessions.start(start) };
  }

  finishMfa(challenge: string, answer: MfaAnswer, client?: Client) {
    return this.#mfa.finish(challenge, answer, client);
  }

  async mfaStatus() {
    return this.#factors.status();
  }

  async enrolTotp() {
    return this.#factors.enrolTotp();
  }

  async confirmTotp(code: string, origin: Origin, sessionId = "") {
    return this.#factors.confirmTotp(code, origin, sessionId);
  }

  async removeTotp(origin: Origin) {
    return this.#factors.removeTotp(origin);
  }

  async makeRecoveryCodes(origin: Origin) {
    return this.#factors.makeRecoveryCodes(origin);
  }

  passkeyRegistration(sessionId: string, site: Site) {
    return this.#factors.passkeyRegistration(sessionId, site);
  }

  addPasskey(sessionId: string, response: PasskeyAttestation, label: string, site: Site, origin: Origin) {
    return this.#factors.addPasskey(sessionId, response, label, site, origin);
  }

  async removePasskey(id: string, origin: Origin) {
    return this.#factors.removePasskey(id, origin);
  }

  async passkeySignInRequest() {
    return { challenge: this.#challenges.mint(), credentials: [] };
  }

  /** A passkey that has verified its user is two factors by itself: what the person has, and knows or is. */
  async signInByPasskey(
    ...[response, site, origin, client]: Parameters<MfaRpc["signInByPasskey"]>
  ): ReturnType<MfaRpc["signInByPasskey"]> {
    const right = await this.#passkeys.signIn(response, site);
    if (!right || this.#profile.principal() === null) return { ok: false, reason: "mfa_failed" };
    const start: SessionStart = {
      ...{ kind: "person", proofs: ["passkey"], steppedUp: true, origin },
      ...(client === undefined ? {} : { client }),
    };
    return { ok: true, value: this.#ports.sessions.start(start) };
  }

  async stepUpOptions(sessionId: string) {
    return this.#stepUp.options(sessionId);
  }

  stepUp(sessionId: string, answer: StepUpAnswer, origin: Origin) {
    return this.#stepUp.prove(sessionId, answer, origin);
  }
}
