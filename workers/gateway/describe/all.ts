/** All descriptions together: add your area's here. */
import { ADMIN } from "./admin.ts";
import { DATA } from "./data.ts";
import { KEYS } from "./keys.ts";
import { MFA } from "./mfa.ts";
import { OAUTH } from "./oauth.ts";
import type { Described } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { PASSWORDS } from "./passwords.ts";
import { PRIVACY } from "./privacy.ts";
import { SESSIONS } from "./sessions.ts";
import { TRADING } from "./trading.ts";
import { WITHDRAWALS } from "./withdrawals.ts";

export const DESCRIBED: Described = {
  ...TRADING,
  ...WITHDRAWALS,
  ...DATA,
  ...PASSWORDS,
  ...SESSIONS,
  ...OPERATIONS,
  ...PRIVACY,
  ...MFA,
  ...OAUTH,
  ...KEYS,
  ...ADMIN,
};
