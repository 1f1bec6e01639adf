/**
 * The limits at the edge: shields in front of everything, which need no call to an object. Cloudflare's rate limiting
 * bindings decide; they count by location and are permissive, so the exact limit is the account's (accounts.ts).
 */
import type { UserId } from "../../../domain/ids.ts";
import type { Plan } from "../../../domain/rateLimit.ts";
import { ApiFault, detailOf } from "../../../protocol/http/apiFault.ts";
import type { AppContext } from "../context.ts";
import { EDGE_LIMITS, type EdgeLimit } from "./edgeBindings.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import { networkName } from "./network.ts";
import { MinuteCounters } from "./minuteCounters.ts";

/** No request owns them: they are only numbers. */
const windows = new MinuteCounters();

/** Counts a request of an address. */
export async function countAddress(
  c: AppContext,
  limit: "ADDRESS_LIMIT" | "SIGN_IN_LIMIT" | "SOCKET_LIMIT",
): Promise<void> {
  await count(c, limit, await networkName(c.req.header("CF-Connecting-IP") ?? ""));
}

/** Counts a request of a user that no account will count. */
export function countUser(c: AppContext, userId: UserId, plan: Plan, operates: boolean): Promise<void> {
  return count(c, plan === "standard" && !operates ? "USER_LIMIT" : "BUSY_USER_LIMIT", userId);
}

/**
 * Ends the request when the binding says so. It does not say how often: what is told of it (`remaining`, and that the
 * minute's end is the reset) is what this isolate has counted itself.
 */
async function count(c: AppContext, limit: EdgeLimit, key: string): Promise<void> {
  const { count: own, endsAt } = windows.add(`${limit} ${key}`, Date.now());
  const most = EDGE_LIMITS[limit];
  const admitted = await asked(c, limit, key);
  c.set("rate", { limit: most, remaining: admitted ? Math.max(0, most - own) : 0, resetAt: endsAt });
  if (!admitted) {
    const retryAfterSeconds = Math.max(1, Math.ceil((endsAt - Date.now()) / 1_000));
    throw new ApiFault({ reason: "rate_limited", retryAfterSeconds });
  }
}

/**
 * What the binding says. Without one nothing is refused: a bare workerd has none, and every deployed configuration has
 * all of them (ops/environments.test.ts). One that fails refuses nothing either: the exchange is worth more than a shield.
 */
async function asked(c: AppContext, limit: EdgeLimit, key: string): Promise<boolean> {
  try {
    return (await c.env[limit]?.limit({ key }))?.success ?? true;
  } catch (error) {
    logEvent("gateway", "limit.unanswered", { requestId: c.var.requestId, limit, detail: detailOf(error) });
    return true;
  }
}
