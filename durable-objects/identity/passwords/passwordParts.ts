/** The parts of a login that have to do with its password, tied to each other and to the platform. */
import type { LoginRoute } from "../../../domain/ids.ts";
import type { Attempts } from "./attempts.ts";
import type { BackgroundTasks } from "../backgroundTasks.ts";
import type { Emails } from "../email/emails.ts";
import type { Guests } from "../guests.ts";
import { type PasswordPorts, Passwords } from "./passwords.ts";
import type { Profile } from "../profile.ts";
import type { KnownDevices } from "../sessions/knownDevices.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { Registration, type RegistrationPorts } from "./registration.ts";
import { SignUps } from "./signUps.ts";
import type { Tables } from "../tables.ts";

export interface PasswordParts {
  readonly passwords: Passwords;
  readonly signUps: SignUps;
  readonly registration: Registration;
}

export interface PasswordDependencies {
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
  { route, tables, profile, log, emails, sessions, devices, tasks }: PasswordDependencies,
  attempts: Attempts,
  ports: Pick<PasswordPorts, "secret" | "begin" | "keys" | "endKeys" | "otherCredentials"> &
    RegistrationPorts & { guests(): Guests },
): PasswordParts {
  const now = Date.now;
  const passwords = new Passwords(tables, profile, attempts, emails, log, {
    ...ports,
    route,
    now,
    endSessions: (why, exceptId) => sessions.endAll(why, exceptId),
  });
  const wake = () => tasks.arm();
  const signUps = new SignUps(tables, profile, passwords, emails, log, devices, { route, now, wake });
  tasks.add(emails);
  tasks.add(signUps);
  return { passwords, signUps, registration: new Registration(passwords, signUps, () => ports.guests(), ports) };
}
