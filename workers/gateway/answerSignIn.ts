/** The response to a valid first factor: the session, or the challenge for a second factor. */
import type { LoginRoute } from "../../domain/ids.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import { SYSTEM } from "../../domain/actor.ts";
import { actorOf, type Principal } from "../../protocol/auth/principal.ts";
import { ask } from "../../protocol/http/apiFault.ts";
import { requestOptions } from "../../protocol/wire/passkeys.ts";
import type { SignedIn } from "../../protocol/rpc/identity/sessions.ts";
import { type AppContext, clientInfoOf } from "./context.ts";
import { answerSession } from "./sessionCookies.ts";
import { relyingPartyOf } from "./relyingParty.ts";

/** Answers with tokens or cookies. A challenge carries the route, so that the second factor finds the login. */
export async function answerSignIn(
  c: AppContext,
  route: LoginRoute,
  signedIn: SignedIn,
  how: { readonly cookies: boolean },
): Promise<Response> {
  if (signedIn.kind === "mfa") {
    const { challenge, methods, passkey } = signedIn;
    const options = passkey === undefined ? {} : { passkey: requestOptions(passkey, relyingPartyOf(c).rpId) };
    return c.json({ mfa_required: true, challenge: `${route}.${challenge}`, methods, ...options });
  }
  const { principal } = signedIn.grant;
  await openAccount(c, principal, actorOf(principal));
  return answerSession(c, route, signedIn.grant, how);
}

/** Opens a login's account if it is not open: the request that made the login may have been interrupted before. */
export async function openAccount(
  c: AppContext,
  { userId, accountId }: Pick<Principal, "userId" | "accountId">,
  actor = SYSTEM,
): Promise<void> {
  await ask(() => accountObject(c.env, accountId).open(accountId, { ...clientInfoOf(c), actor }, userId));
}
