/** Makes the parts of a login that have to do with second factors. */
import type { LoginRoute } from "../../../domain/ids.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { KeyEncryptionKeys } from "../../vault/vault.ts";
import type { Attempts } from "../passwords/attempts.ts";
import { Factors } from "./factors.ts";
import type { Emails } from "../email/emails.ts";
import { FactorSignIn } from "./factorSignIn.ts";
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
  /** Verifies the key derived from the password; counts failures. */
  provePassword(key: Uint8Array, sessionId: string): IdentityOutcome<null>;
}

export interface SecondFactors {
  readonly factors: Factors;
  readonly factorSignIn: FactorSignIn;
  readonly stepUp: StepUp;
}

export function secondFactors(tables: Tables, profile: Profile, ports: FactorPorts): SecondFactors {
  const now = (): number => ports.now();
  const totp = new Totp(tables, profile, now);
  const recoveryCodes = new RecoveryCodes(tables);
  const challenges = new PasskeyChallenges(tables, () => ports.encryptionKeys(), now);
  const passkeys = new Passkeys(tables, profile, challenges, ports.route, now);
  const parts = { ...ports, totp, recoveryCodes, passkeys, challenges };
  return {
    factors: new Factors(tables, parts),
    factorSignIn: new FactorSignIn(tables, profile, parts, now),
    stepUp: new StepUp(profile, parts),
  };
}
