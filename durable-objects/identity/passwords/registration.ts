/**
 * Creates the login of an e-mail. An e-mail has one login in all regions: the object of its plain route reserves it before
 * a login is created or verified here.
 */
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import type { NewUser } from "../../../protocol/rpc/identity/passwords.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { SessionGrant } from "../../../protocol/rpc/identity/sessions.ts";
import type { Guests } from "../guests.ts";
import type { Passwords } from "./passwords.ts";
import type { SignUps } from "./signUps.ts";

export interface RegistrationPorts {
  /** Reserves the e-mail for a login here; false when it has one in another region. */
  reserve(email: string): Promise<boolean>;
  /** There is a login now: the directory is to know it. */
  created(): void;
}

export class Registration {
  readonly #passwords: Passwords;
  readonly #signUps: SignUps;
  readonly #guests: () => Guests;
  readonly #ports: RegistrationPorts;

  constructor(passwords: Passwords, signUps: SignUps, guests: () => Guests, ports: RegistrationPorts) {
    this.#passwords = passwords;
    this.#signUps = signUps;
    this.#guests = guests;
    this.#ports = ports;
  }

  /** Creates a verified login at once, as an administrator does. */
  async createUser(user: NewUser): Promise<IdentityOutcome<Principal>> {
    if (!(await this.#ports.reserve(user.email))) return { ok: false, reason: "email_taken" };
    const created = this.#passwords.create(user);
    this.#ports.created();
    return created;
  }

  /** Creates the login of a guest and signs it in. */
  async createGuest(email: string, origin: Origin): Promise<IdentityOutcome<SessionGrant>> {
    if (!(await this.#ports.reserve(email))) return { ok: false, reason: "email_taken" };
    const created = await this.#guests().create(email, origin);
    if (created.ok) this.#ports.created();
    return created;
  }

  /** Completes the sign-up with this code and this password. */
  async verifySignUp(code: string, key: Uint8Array, origin: Origin): Promise<IdentityOutcome<Principal>> {
    const email = this.#signUps.emailOf(code, key);
    if (email === null || !(await this.#ports.reserve(email))) return { ok: false, reason: "verification_failed" };
    const verified = this.#signUps.verify(code, key, origin);
    this.#ports.created();
    return verified;
  }
}
