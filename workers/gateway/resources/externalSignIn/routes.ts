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
        // The session that asked for the link must be the one that is signed in now.
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

/** Shows an error on the sign-in page if the sign-in began there; otherwise answers with it. */
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

/** Signs in the login of an external identity: its own login, or the one it is linked to. */
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
  // The login does not know the link, or is gone: releases the identity.
  await ask(() => own.externalIdentities.release(first.route));
  const again = unwrap(await ask(() => own.externalIdentities.signIn(person, clientInfoOf(c), client)));
  if (again.kind === "linked") throw new ApiFault({ reason: "unavailable" });
  return { route, outcome: again };
}

/** Links the identity first, because it can belong to one login only. Half a link signs nobody in. */
async function link(
  c: AppContext,
  { name }: Provider,
  { route: external }: ExternalResult,
  { route, sessionId }: NonNullable<ExternalResult["link"]>,
): Promise<void> {
  const login = identityObject(c.env, route);
  // Checked first, so that a session that may not link leaves the identity unchanged.
  unwrap(await ask(() => login.externalIdentities.mayLink(sessionId)));
  unwrap(await ask(() => identityObject(c.env, external).externalIdentities.pointTo(route)));
  unwrap(await ask(() => login.externalIdentities.link(external, name, sessionId, clientInfoOf(c))));
}

/** The path to return to; ends the request when it could lead to another host. */
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
