import type { LoginRoute } from "../../../domain/ids.ts";
import type { DerivedKey, NewUser, PasswordRpc, SignUp } from "../../../protocol/rpc/identity/passwords.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import type { Attempts } from "./attempts.ts";
import type { BackgroundTasks } from "../backgroundTasks.ts";
import { HomeMethods } from "../homeMethods.ts";
import type { Emails } from "../email/emails.ts";
import { type PasswordPorts, Passwords } from "./passwords.ts";
import type { Profile } from "../profile.ts";
import type { KnownDevices } from "../sessions/knownDevices.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { SignUps } from "./signUps.ts";
import type { Tables } from "../tables.ts";

export interface PasswordParts {
  readonly passwords: Passwords;
  readonly signUps: SignUps;
  /** Lets administrators know that there is a login now. */
  joined(): void;
}

/** What of the login its password has to do with. */
interface Needs {
  readonly route: LoginRoute;
  readonly tables: Tables;
  readonly profile: Profile;
  readonly log: SecurityLog;
  readonly emails: Emails;
  readonly sessions: Sessions;
  readonly devices: KnownDevices;
  readonly tasks: BackgroundTasks;
}

export function passwordParts(
  { route, tables, profile, log, emails, sessions, devices, tasks }: Needs,
  attempts: Attempts,
  ports: Pick<PasswordPorts, "secret" | "begin" | "keys" | "endKeys" | "waysIn"> & Pick<PasswordParts, "joined">,
): PasswordParts {
  const now = Date.now;
  const passwords = new Passwords(tables, profile, attempts, emails, log, {
    ...{ ...ports, route, now },
    endSessions: (why, exceptId) => sessions.endAll(why, exceptId),
  });
  const wake = () => tasks.arm();
  const signUps = new SignUps(tables, profile, passwords, emails, log, devices, { route, now, wake });
  tasks.add(emails);
  tasks.add(signUps);
  return { passwords, signUps, joined: ports.joined };
}

/** What a login's object answers about its password: one line for each, to its part. */
export abstract class PasswordMethods extends HomeMethods implements PasswordRpc {
  protected abstract readonly door: PasswordParts;

  // ---- passwords.ts ----

  async passwordChallenge() {
    return this.door.passwords.challenge();
  }

  async signInWithPassword(key: Uint8Array, origin: Origin, client?: Client) {
    return this.door.passwords.signIn(key, origin, client);
  }

  async renewPassword(key: Uint8Array, renewed: DerivedKey) {
    return this.door.passwords.renew(key, renewed);
  }

  async noteFailedTries(count: number) {
    return this.door.passwords.noteFailed(count);
  }

  async passwordOf(sessionId?: string) {
    return this.door.passwords.own(sessionId);
  }

  async changePassword(current: Uint8Array, password: DerivedKey, exceptSession: string, origin: Origin) {
    return this.door.passwords.change(current, password, exceptSession, origin);
  }

  async createUser(user: NewUser): Promise<IdentityOutcome<Principal>> {
    if (!(await this.residence.reserve(user.email))) return { ok: false, reason: "email_taken" };
    const created = this.door.passwords.create(user);
    this.door.joined();
    return created;
  }

  // ---- signUps.ts ----

  async signUp(asked: SignUp, origin?: Origin) {
    return this.door.signUps.signUp(asked, origin);
  }

  async signUpChallenge(code: string) {
    return this.door.signUps.challenge(code);
  }

  async verifySignUp(code: string, key: Uint8Array, origin: Origin): Promise<IdentityOutcome<Principal>> {
    const email = this.door.signUps.emailOf(code, key);
    if (email === null || !(await this.residence.reserve(email))) return { ok: false, reason: "verification_failed" };
    const verified = this.door.signUps.verify(code, key, origin);
    this.door.joined();
    return verified;
  }

  async forgotPassword(origin?: Origin, client?: Client) {
    return this.door.signUps.forgot(origin, client);
  }

  async resetOf(code: string) {
    return this.door.signUps.resetOf(code);
  }

  async resetPassword(code: string, password: DerivedKey, origin: Origin, keepKeys = false, client?: Client) {
    return this.door.signUps.reset(code, password, origin, keepKeys, client);
  }
}
