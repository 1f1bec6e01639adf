/** The page on which a person authorizes an app (RFC 6749, 4.1.1). */
import { html } from "hono/html";
import { identityObject, oauthAppObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import type { AuthorizationAnswer } from "../../../../protocol/rpc/identity/oauth.ts";
import { repeatedParameter } from "../../../../protocol/http/repeatedParameter.ts";
import { readText } from "../../body.ts";
import type { AppContext, Caller } from "../../context.ts";
import { callerOfCookie } from "../../middleware/authenticate.ts";
import { isOwnOrigin } from "../../middleware/forgery.ts";
import { appErrorPage, notSignedInPage } from "../../pages/appErrorPage.ts";
import { consentPage } from "../../pages/consentPage.ts";
import { reloadPage, isCrossSite } from "../../pages/reloadPage.ts";
import { answerPage } from "../../pages/page.ts";
import { publicOrigin } from "../../publicOrigin.ts";

/** The form of client ids that the provider makes; no object is called for any other text. */
const CLIENT_ID = /^[A-Za-z0-9_-]{16}$/;
/** Authorizing an app to trade is like making a key: the session must have stepped up lately. */
const TRADE_PROOF_SECONDS = 300;

type Ask = Extract<AuthorizationAnswer, { kind: "ask" }>;

/** Shows the consent page, or redirects the browser to sign in first. */
export async function authorize(c: AppContext): Promise<Response> {
  const question = await questionOf(c);
  if (question.kind !== "ask") return answerOther(c, question);
  const { path, caller } = { path: pathAndQuery(c), caller: await personOf(c) };
  if (caller === null) return beforeSignIn(c, question.silent);
  if (!isFresh(question, caller, c.var.receivedAt)) {
    return question.silent ? leave(c, caller, question.refusals.login_required) : toSignIn(c);
  }
  if (question.silent) return leave(c, caller, question.refusals.consent_required);
  const { email } = unwrap(await ask(() => identityObject(c.env, caller.route).loginSessions.me()));
  const { csrfToken = "", principal } = caller;
  return consentPage(c, { question, email, accountId: principal.accountId, csrfToken, path });
}

/** Handles the decision, posted from the consent page only. */
export async function decide(c: AppContext): Promise<Response> {
  const form = new URLSearchParams(await readText(c.req.raw));
  const question = await questionOf(c);
  if (question.kind !== "ask") return answerOther(c, question);
  const caller = await personOf(c);
  const origin = c.req.header("Origin");
  const site = c.req.header("Sec-Fetch-Site") ?? "same-origin";
  const own = (origin === undefined || isOwnOrigin(c, origin)) && site === "same-origin";
  const token = caller?.csrfToken ?? "";
  const bad = !own || token === "" || token !== form.get("csrf_token") || repeatedParameter(form) !== null;
  if (caller === null || bad) {
    const body = html`<main class="card">
      <p>This form was not sent from our page, or is too old. Please try again.</p>
    </main>`;
    return answerPage(c, { title: "That did not work", body, status: 400 });
  }
  if (form.get("decision") !== "approve") return c.redirect(question.refusals.access_denied, 303);
  if (!isFresh(question, caller, c.var.receivedAt)) return toSignIn(c);
  const { request, appName, scopes, nonce } = question;
  const by = { authTime: caller.steppedUpAt, session: caller.credential };
  const consent = { issuer: publicOrigin(c).origin, request, appName, scopes, nonce, ...by };
  return c.redirect(
    unwrap(await ask(() => identityObject(c.env, caller.route).authorizedApps.authorize(consent))),
    303,
  );
}

function questionOf(c: AppContext): Promise<AuthorizationAnswer> {
  const { search, searchParams } = new URL(c.req.url);
  const [clientId = "", ...more] = searchParams.getAll("client_id");
  if (more.length > 0) return Promise.resolve({ kind: "refused", description: "client_id is there twice" });
  if (!CLIENT_ID.test(clientId)) return Promise.resolve({ kind: "refused", description: "Invalid client_id" });
  return ask(() => oauthAppObject(c.env, clientId).question(publicOrigin(c).origin, search.slice(1)));
}

/** Redirects to the app with the error where that is safe; otherwise shows the error to the person only. */
async function answerOther(c: AppContext, question: Exclude<AuthorizationAnswer, Ask>): Promise<Response> {
  if (question.kind === "redirect") {
    const caller = await personOf(c);
    const silent = (new URL(c.req.url).searchParams.get("prompt") ?? "").split(" ").includes("none");
    return caller === null ? beforeSignIn(c, silent) : leave(c, caller, question.to);
  }
  const title = "This app cannot be authorized";
  const body = html`<main class="card">
    <h1>${title}</h1>
    <p>The app that sent you here made a wrong request: ${question.description}.</p>
    <p class="dim">Nothing was given to it.</p>
  </main>`;
  return answerPage(c, { title, body, status: 400 });
}

/** Nobody is signed in: the app gets no answer yet. */
function beforeSignIn(c: AppContext, silent: boolean): Response | Promise<Response> {
  if (isCrossSite(c)) return reloadPage(c);
  return silent ? notSignedInPage(c, pathAndQuery(c)) : toSignIn(c);
}

function toSignIn(c: AppContext): Response {
  return c.redirect(`/auth/sign-in?return_to=${encodeURIComponent(pathAndQuery(c))}`, redirectStatus(c));
}

/** Redirects to an app with an error that needed no click: at once only if the person has authorized the app before. */
async function leave(c: AppContext, { route }: Caller, to: string): Promise<Response> {
  const asks = new URL(c.req.url).searchParams.get("client_id");
  const apps = await ask(() => identityObject(c.env, route).authorizedApps.list());
  return apps.some(({ clientId }) => clientId === asks) ? c.redirect(to, redirectStatus(c)) : appErrorPage(c, to);
}

function redirectStatus(c: AppContext): 302 | 303 {
  return c.req.method === "POST" ? 303 : 302;
}

/** The person by the session cookie; bypasses the cache, because an authorization lasts. */
async function personOf(c: AppContext): Promise<Caller | null> {
  const caller = await callerOfCookie(c, true);
  return caller?.proof === "session" ? caller : null;
}

function isFresh({ maxAge, scopes }: Ask, { steppedUpAt }: Caller, now: number): boolean {
  const seconds = Math.min(maxAge ?? Infinity, scopes.includes("trade") ? TRADE_PROOF_SECONDS : Infinity);
  return seconds === Infinity || (steppedUpAt !== null && now - steppedUpAt <= seconds * 1000);
}

function pathAndQuery(c: AppContext): string {
  // The normalized path: one that begins with two slashes would lead to another host.
  return c.req.path + new URL(c.req.url).search;
}
