/** Enforces the rule of a route: who calls, and may it. */
import type { MiddlewareHandler } from "hono";
import { hasScope } from "../../../protocol/access.ts";
import { ApiFault } from "../../../protocol/fault.ts";
import type { Known, Rule } from "../access/rule.ts";
import type { AppEnv, Caller } from "../context.ts";
import { countAddress, countUser } from "../limits/edge.ts";
import { callerOf } from "./authenticate.ts";

/** How long a proof of who is at the keyboard counts for what asks for one. */
const STEP_UP_MS = 5 * 60_000;

/** The middleware of one method of one path. */
export function guard(rule: Rule): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (rule.who !== "anyone") {
      const caller = await callerOf(c);
      if (caller === null) throw new ApiFault({ reason: "unauthorized" });
      c.set("caller", caller);
      admit(rule, caller, c.var.receivedAt);
      // What acts on an account is counted there.
      if (rule.scope === null || rule.scope === "any") {
        const { userId, plan = "standard" } = caller.principal;
        await countUser(c, userId, plan, !rule.who.includes("trader"));
      }
    } else if (rule.limit === "sign_in") {
      await countAddress(c, "SIGN_IN_LIMIT");
    }
    await next();
  };
}

/** Ends the request unless the caller may make it. */
export function admit({ who, scope, stepUp }: Known, { principal, proof, steppedUpAt }: Caller, now: number): void {
  if (!principal.roles.some((role) => who.includes(role))) throw new ApiFault({ reason: "forbidden" });
  if (scope === null && proof !== "session") throw new ApiFault({ reason: "sign_in_required" });
  if (scope !== null && scope !== "any" && !hasScope(principal, scope)) throw new ApiFault({ reason: "forbidden" });
  if (stepUp === true && (steppedUpAt === null || now - steppedUpAt > STEP_UP_MS)) {
    throw new ApiFault({ reason: "step_up_required" });
  }
}
