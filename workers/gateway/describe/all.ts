/** All descriptions together: add your area's here. */
import { DATA } from "./data.ts";
import { MFA } from "./mfa.ts";
import { OAUTH } from "./oauth.ts";
import type { Described } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { PASSWORDS } from "./passwords.ts";
import { PRIVACY } from "./privacy.ts";
import { SESSIONS } from "./sessions.ts";
import { TRADING } from "./trading.ts";

export const DESCRIBED: Described = {
  ...TRADING,
  ...DATA,
  ...PASSWORDS,
  ...SESSIONS,
  ...OPERATIONS,
  ...PRIVACY,
  ...MFA,
  ...OAUTH,
};
