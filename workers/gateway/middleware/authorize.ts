/** Enforces the access rule of a route. */
import type { MiddlewareHandler } from "hono";
import { actorOf, adminActor, hasScope } from "../../../protocol/auth/principal.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { STEP_UP_MS } from "../../../protocol/rpc/identity/sessions.ts";
import type { LoginRule, AccessRule } from "../accessRule.ts";
import { selectAccount } from "../accountSelection.ts";
import type { AppContext, AppEnv, Caller } from "../context.ts";
import { countAddress, countUser } from "../limits/edge.ts";
import { callerOf, callerOfCookie, hasOnlyCookies } from "./authenticate.ts";
import { refuseForgery } from "./forgery.ts";

/** The middleware that enforces one rule. */
export function authorize(rule: AccessRule): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (rule.who !== "anyone") {
      const caller = await selectAccount(c, rule, await identify(c, rule));
      c.set("caller", caller);
      const actor = isForAdministrators(rule) ? adminActor(caller.principal) : actorOf(caller.principal);
      if (actor !== undefined) c.set("actor", actor);
      checkAccess(rule, caller, c.get("receivedAt"));
      const { userId, plan = "standard", guest = false } = caller.principal;
      // Requests to the caller's own account are counted by the account.
      if (guest || rule.scope === null || rule.scope === "any") {
        // A plan is for the caller's own accounts, not for somebody else's.
        await countUser(c, userId, guest ? "standard" : plan, !rule.who.includes("trader"));
      }
    } else if (rule.limit === "sign_in") {
      await countAddress(c, "SIGN_IN_LIMIT");
    }
    await next();
  };
}

/** What only administrators may do they do as administrators, not as owners of an account. */
function isForAdministrators({ who }: LoginRule): boolean {
  return who.every((role) => role === "admin");
}

/**
 * Authenticates the request. Ends it without valid credentials, or when it has only cookies and no valid CSRF token.
 */
async function identify(c: AppContext, rule: LoginRule): Promise<Caller> {
  const byCookie = hasOnlyCookies(c);
  const bypassCache = rule.freshlyVerified === true;
  const known = await (byCookie ? callerOfCookie(c, bypassCache) : callerOf(c, bypassCache));
  if (known === null) throw new ApiFault({ reason: "unauthorized" });
  if (byCookie) refuseForgery(c, known.csrfToken);
  return known;
}

/** Ends the request unless the rule allows this caller. */
export function checkAccess({ who, scope, stepUp }: LoginRule, caller: Caller, now: number): void {
  const { principal, proof } = caller;
  if (!principal.roles.some((role) => who.includes(role))) throw new ApiFault({ reason: "forbidden" });
  if (scope === null && proof !== "session") throw new ApiFault({ reason: "sign_in_required" });
  if (scope !== null && scope !== "any" && !hasScope(principal, scope)) throw new ApiFault({ reason: "forbidden" });
  const needsProof = stepUp === true || (stepUp === "unless_key" && proof !== "key");
  if (needsProof && !isFresh(caller, now)) throw new ApiFault({ reason: "step_up_required" });
}

function isFresh({ steppedUpAt }: Caller, now: number): boolean {
  return steppedUpAt !== null && now - steppedUpAt <= STEP_UP_MS;
}
