/**
 * The one table of routes and who may call them. A route that is not here cannot be added to the app. Its part about what
 * is done on streams is in protocol/streamAccess.ts, for the relays.
 */
import { ADMIN_ACCESS } from "./admin.ts";
import { IDENTITY_ACCESS } from "./identity.ts";
import { KEYS_ACCESS } from "./keys.ts";
import { MARKET_ACCESS } from "./market.ts";
import { MFA_ACCESS } from "./mfa.ts";
import { OAUTH_ACCESS } from "./oauth.ts";
import { OPERATIONS_ACCESS } from "./operations.ts";
import { PRIVACY_ACCESS } from "./privacy.ts";
import { SESSION_ACCESS } from "./sessions.ts";
import { STREAM_PATH_ACCESS } from "./streams.ts";
import { WITHDRAWAL_ACCESS } from "./withdrawals.ts";

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
