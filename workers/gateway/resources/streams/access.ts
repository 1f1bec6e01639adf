import type { StreamPath } from "../../../../protocol/stream/permissions.ts";
import { type MethodRules, anyone } from "../../accessRule.ts";

/** Upgrades are public; protocol/stream/permissions.ts has the rules of what is done on a stream. */
export const ACCESS = {
  "/stream": { GET: anyone },
  "/v2/iex": { GET: anyone },
  "/v2/sip": { GET: anyone },
  "/v2/delayed_sip": { GET: anyone },
  "/v2/otc": { GET: anyone },
  "/v2/boats": { GET: anyone },
  "/v2/overnight": { GET: anyone },
  "/v2/test": { GET: anyone },
  "/v1beta3/crypto/us": { GET: anyone },
  "/v1beta2/crypto": { GET: anyone },
  "/v1beta1/crypto": { GET: anyone },
  "/v1/trading/stream": { GET: anyone },
} as const satisfies Readonly<Record<StreamPath, MethodRules>>;
