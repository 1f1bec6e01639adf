import { accountObject } from "../../../durable-objects/actor/namespaces.ts";
import type { LeasePorts } from "./leases.ts";

type Env = Parameters<typeof accountObject>[0];

/** Leases are taken, renewed and released at the account of the caller. */
export function accountLeases(env: Env): Pick<LeasePorts<never>, "hold" | "release"> {
  return {
    hold: (by, lease, ttlMs, origin) => accountObject(env, by.accountId).holdSession(lease, ttlMs, origin, by),
    release: (accountId, lease, origin, by) =>
      accountObject(env, accountId).releaseSession(lease, origin ?? undefined, by ?? undefined),
  };
}
