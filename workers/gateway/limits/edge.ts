/**
 * Edge rate limits, which need no call to an object. Cloudflare's rate limiting bindings decide. They count by location
 * and are permissive, so the account enforces the exact limit (accounts.ts).
 */
import type { UserId } from "../../../domain/ids.ts";
import type { Plan } from "../../../domain/rateLimit.ts";
import { ApiFault, detailOf } from "../../../protocol/http/apiFault.ts";
import type { AppContext } from "../context.ts";
import { EDGE_LIMITS, type EdgeLimit } from "./edgeBindings.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import { networkName } from "./network.ts";
import { MinuteCounters } from "./minuteCounters.ts";

/** Shared by all requests of the isolate: they are only numbers. */
const windows = new MinuteCounters();

/** Counts a request of an address. */
export async function countAddress(
  c: AppContext,
  limit: "ADDRESS_LIMIT" | "SIGN_IN_LIMIT" | "SOCKET_LIMIT",
): Promise<void> {
  await count(c, limit, await networkName(c.req.header("CF-Connecting-IP") ?? ""));
}

/** Counts a request of a user that reaches no account. */
export function countUser(c: AppContext, userId: UserId, plan: Plan, operates: boolean): Promise<void> {
  return count(c, plan === "standard" && !operates ? "USER_LIMIT" : "BUSY_USER_LIMIT", userId);
}

/**
 * Ends the request when the binding refuses it. The binding does not report its count, so `remaining` is what this
 * isolate has counted, and the reset is the end of the minute.
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
 * Asks the binding. Without a binding nothing is refused: a bare workerd has none, and every deployed configuration has
 * all of them (ops/environments.test.ts). A binding that fails refuses nothing either, so that the exchange stays
 * available.
 */
async function asked(c: AppContext, limit: EdgeLimit, key: string): Promise<boolean> {
  try {
    return (await c.env[limit]?.limit({ key }))?.success ?? true;
  } catch (error) {
    logEvent("gateway", "limit.unanswered", { requestId: c.get("requestId"), limit, detail: detailOf(error) });
    return true;
  }
}
