/** All descriptions together: add your area's here. */
import { ADMIN } from "./users/description.ts";
import { DATA } from "./marketData/description.ts";
import { KEYS } from "./keys/description.ts";
import { MFA } from "./mfa/description.ts";
import { OAUTH } from "./oauth/description.ts";
import type { Descriptions } from "../operation.ts";
import { OPERATIONS } from "./system/description.ts";
import { PASSWORDS } from "./passwords/description.ts";
import { PRIVACY } from "./privacy/description.ts";
import { SESSIONS } from "./sessions/description.ts";
import { TRADING } from "./orders/description.ts";
import { WITHDRAWALS } from "./withdrawals/description.ts";

export const DESCRIBED: Descriptions = {
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
