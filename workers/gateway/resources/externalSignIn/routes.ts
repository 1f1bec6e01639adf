import type { LoginRoute } from "../../../../domain/ids.ts";
import type { Context } from "hono";
import { identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import type { Client } from "../../../../protocol/rpc/identity/devices.ts";
import type { ExternalSignIn } from "../../../../protocol/rpc/identity/external.ts";
import { answerSignIn } from "../../answerSignIn.ts";
import { type AppContext, type AppEnv, clientInfoOf } from "../../context.ts";
import { clientOf } from "../../devices.ts";
import { callerOfCookie, hasOnlyCookies } from "../../middleware/authenticate.ts";
import {
  type ExternalResult,
  beginExternalSignIn,
  clearPendingSignIn,
  finishExternalSignIn,
  pendingSignInOf,
} from "../../oauth/externalSignIn.ts";
import { type Provider, providersOf } from "../../oauth/providers.ts";
import { returnPath } from "../../oauth/returnTo.ts";
import { reloadPage, isCrossSite } from "../../pages/reloadPage.ts";
import { mfaPage } from "../../pages/signInPage.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Signing in with another provider, and linking one to a login. */
export const externalSignInResource = defineResource("externalSignIn", ACCESS, {
  "/v1/auth/external": {
    GET: (c) => {
      const providers = providersOf(c.env.OIDC_PROVIDERS).map(({ name, label = name }) => ({ name, label }));
      return c.json({ providers });
    },
  },

  "/v1/auth/links": {
    GET: async (c) => {
      const links = await ask(() => identityObject(c.env, c.var.caller.route).externalIdentities.list());
      return c.json({
        links: links.map(({ provider, createdAt }) => ({ provider, created_at: new Date(createdAt).toISOString() })),
      });
    },
  },

  "/v1/auth/external/:provider": {
    GET: async (c) => {
      const returnTo = returnToOf(c);
      const fresh = c.req.query("fresh") === "true";
      return orSignInPage(c, returnTo, async () =>
        c.redirect(await beginExternalSignIn(c, providerOf(c), { returnTo, fresh, link: null }), 302),
      );
    },
    POST: async (c) => {
      const { route, credential: sessionId } = c.var.caller;
      const link = { route, sessionId, cookies: hasOnlyCookies(c) };
      return c.json({
        redirect_to: await beginExternalSignIn(c, providerOf(c), { returnTo: returnToOf(c), fresh: false, link }),
      });
    },
    DELETE: async (c) => {
      const { route } = c.var.caller;
      const { name } = providerOf(c);
      const routes = unwrap(
        await ask(() => identityObject(c.env, route).externalIdentities.unlink(name, clientInfoOf(c))),
      );
      for (const external of routes) await ask(() => identityObject(c.env, external).externalIdentities.release(route));
      return c.body(null, 204);
    },
  },

  "/v1/auth/external/:provider/callback": {
    GET: async (c) => {
      const provider = providerOf(c);
      const pending = await pendingSignInOf(c, provider);
      const { returnTo, link } = pending;
      if (link?.cookies === true) {
        const caller = await callerOfCookie(c, true);
        if (caller === null && isCrossSite(c)) return reloadPage(c);
        // Whoever asked for the link is who is signed in here now, in the same session.
        const same = caller !== null && caller.route === link.route && caller.credential === link.sessionId;
        if (!same) {
          clearPendingSignIn(c);
          throw new ApiFault({ reason: "session_ended" });
        }
      }
      clearPendingSignIn(c);
      return orSignInPage(c, pending.link === null ? returnTo : null, async () => {
        const finished = await finishExternalSignIn(c, provider, pending);
        return finished.link === null
          ? finishSignIn(c, finished, returnTo)
          : answerLink(c, provider, { ...finished, link: finished.link }, returnTo);
      });
    },
  },
});

/** A person who was on our sign-in page is told there what went wrong; other callers get it as an error. */
async function orSignInPage(
  c: AppContext,
  returnTo: string | null,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (returnTo === null || !(error instanceof ApiFault) || !error.error.reason.startsWith("external_")) throw error;
    const query = new URLSearchParams({ failed: error.error.reason, return_to: returnTo });
    return c.redirect(`/auth/sign-in?${query.toString()}`, 303);
  }
}

async function finishSignIn(c: AppContext, finished: ExternalResult, returnTo: string | null): Promise<Response> {
  const { route, outcome } = await signIn(c, finished, await clientOf(c, returnTo !== null));
  const { signedIn } = outcome;
  const answer = await answerSignIn(c, route, signedIn, { cookies: returnTo !== null });
  if (returnTo === null) return answer;
  if (signedIn.kind === "session") return c.redirect(returnTo, 303);
  return mfaPage(c, { challenge: `${route}.${signedIn.challenge}`, methods: signedIn.methods, returnTo });
}

async function answerLink(
  c: AppContext,
  provider: Provider,
  finished: ExternalResult & { readonly link: NonNullable<ExternalResult["link"]> },
  returnTo: string | null,
): Promise<Response> {
  await link(c, provider, finished, finished.link);
  return returnTo === null ? c.json({ linked: provider.name }) : c.redirect(returnTo, 303);
}

type SignedInAt = { readonly route: LoginRoute; readonly outcome: Extract<ExternalSignIn, { kind: "signed_in" }> };

/** Signs in the login of an external identity: its own, or the one that it is linked to. */
async function signIn(c: AppContext, { route, person }: ExternalResult, client: Client): Promise<SignedInAt> {
  const own = identityObject(c.env, route);
  const first = unwrap(await ask(() => own.externalIdentities.signIn(person, clientInfoOf(c), client)));
  if (first.kind === "signed_in") return { route, outcome: first };
  const linked = await ask(() =>
    identityObject(c.env, first.route).externalIdentities.signInLinked(route, person, clientInfoOf(c), client),
  );
  if (linked !== null) {
    const outcome = unwrap(linked);
    if (outcome.kind === "signed_in") return { route: first.route, outcome };
  }
  // That login does not know of the link, or is gone: the identity is free.
  await ask(() => own.externalIdentities.release(first.route));
  const again = unwrap(await ask(() => own.externalIdentities.signIn(person, clientInfoOf(c), client)));
  if (again.kind === "linked") throw new ApiFault({ reason: "unavailable" });
  return { route, outcome: again };
}

/** First at the identity, which can be one login's only; either half without the other opens nothing. */
async function link(
  c: AppContext,
  { name }: Provider,
  { route: external }: ExternalResult,
  { route, sessionId }: NonNullable<ExternalResult["link"]>,
): Promise<void> {
  const login = identityObject(c.env, route);
  // Before the identity is touched: a session that may not link must leave it as it is.
  unwrap(await ask(() => login.externalIdentities.mayLink(sessionId)));
  unwrap(await ask(() => identityObject(c.env, external).externalIdentities.pointTo(route)));
  unwrap(await ask(() => login.externalIdentities.link(external, name, sessionId, clientInfoOf(c))));
}

/** Where to go back to; ends the request when that could be anywhere but here. */
function returnToOf(c: AppContext): string | null {
  const asked = c.req.query("return_to");
  const returnTo = returnPath(asked);
  if (asked === undefined || returnTo !== null) return returnTo;
  throw new ApiFault({ reason: "query_invalid", parameter: "return_to", expected: "a path of this exchange" });
}

function providerOf(c: Context<AppEnv, "/v1/auth/external/:provider">): Provider {
  const provider = providersOf(c.env.OIDC_PROVIDERS).find(({ name }) => name === c.req.param("provider"));
  if (provider === undefined) throw new ApiFault({ reason: "endpoint_not_found" });
  return provider;
}
