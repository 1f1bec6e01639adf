/**
 * The one table of routes and who may call them. A route that is not here cannot be added to the app. Its part about what
 * is done on streams is in protocol/stream/permissions.ts, for the relays.
 */
import { ADMIN_ACCESS } from "./users/access.ts";
import { IDENTITY_ACCESS } from "./passwords/access.ts";
import { KEYS_ACCESS } from "./keys/access.ts";
import { MARKET_ACCESS } from "./marketData/access.ts";
import { MFA_ACCESS } from "./mfa/access.ts";
import { OAUTH_ACCESS } from "./oauth/access.ts";
import { OPERATIONS_ACCESS } from "./system/access.ts";
import { PRIVACY_ACCESS } from "./privacy/access.ts";
import { SESSION_ACCESS } from "./sessions/access.ts";
import { STREAM_PATH_ACCESS } from "./streams/access.ts";
import { WITHDRAWAL_ACCESS } from "./withdrawals/access.ts";

export const ACCESS = {
  ...MARKET_ACCESS,
  ...STREAM_PATH_ACCESS,
  ...IDENTITY_ACCESS,
  ...SESSION_ACCESS,
  ...KEYS_ACCESS,
  ...MFA_ACCESS,
  ...WITHDRAWAL_ACCESS,
  ...OAUTH_ACCESS,
  ...PRIVACY_ACCESS,
  ...ADMIN_ACCESS,
  ...OPERATIONS_ACCESS,
};

export type Path = keyof typeof ACCESS;
