import type { StreamPath } from "../../../../protocol/stream/permissions.ts";
import { type MethodRules, anyone } from "../../accessRule.ts";

/** The paths of streams: an upgrade is open to anyone, and what is done on a stream has its rules in protocol/stream/permissions.ts. */
export const ACCESS = {
  "/stream": { GET: anyone },
  "/v2/iex": { GET: anyone },
  "/v2/sip": { GET: anyone },
  "/v2/delayed_sip": { GET: anyone },
} as const satisfies Readonly<Record<StreamPath, MethodRules>>;
