/** The consent page of OAuth: which app asks for which scopes on which account. */
import type { AccountId } from "../../../domain/ids.ts";
import { html } from "hono/html";
import type { AuthorizationAnswer } from "../../../protocol/rpc/identity/oauth.ts";
import type { AppScope } from "../../../protocol/auth/appScopes.ts";
import type { AppContext } from "../context.ts";
import { answerPage } from "./page.ts";

const SCOPE_TEXTS: Readonly<Record<AppScope, string>> = {
  openid: "know that it is you: a number that stands for your login",
  email: "know your e-mail address",
  read: "see your account: balances, positions, orders and trades",
  trade: "trade for you: place, change and cancel orders",
};

export interface Asked {
  readonly question: Extract<AuthorizationAnswer, { kind: "ask" }>;
  readonly email: string;
  readonly accountId: AccountId;
  readonly csrfToken: string;
  /** The page's own path and query, which its form posts to. */
  readonly path: string;
}

export function consentPage(c: AppContext, { question, email, accountId, csrfToken, path }: Asked): Promise<Response> {
  const { appName, scopes, request } = question;
  const { hostname, protocol } = new URL(request.redirectUri);
  const where = protocol === "http:" ? "a program on this computer" : hostname;
  const title = `Authorize “${appName}”?`;
  const body = html`<main class="card">
    <h1>${title}</h1>
    <p>It is an app of somebody else, which sends you back to <strong>${where}</strong>. It wants to:</p>
    <ul>
      ${scopes.map((scope) => html`<li>${SCOPE_TEXTS[scope]}</li>`)}
    </ul>
    <p class="dim">You are signed in as ${email}. Trading account ${accountId}.</p>
    <p class="dim">It cannot withdraw money. You can end its access at any time.</p>
    <form method="post" action="${path}">
      <input type="hidden" name="csrf_token" value="${csrfToken}" />
      <button class="primary" name="decision" value="approve">Authorize</button>
      <button name="decision" value="deny">Deny</button>
    </form>
  </main>`;
  return answerPage(c, { title, body, formTargets: [request.redirectUri] });
}
