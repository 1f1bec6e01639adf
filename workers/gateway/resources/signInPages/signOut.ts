/** The page to sign out. */
import { getCookie } from "hono/cookie";
import { html } from "hono/html";
import { readText } from "../../body.ts";
import type { AppContext } from "../../context.ts";
import { answerPage } from "../../pages/page.ts";
import { formToken, hasValidFormToken } from "../../pages/signInPage.ts";
import { ACCESS_COOKIE, clearCookies, REFRESH_COOKIE } from "../../sessionCookies.ts";
import { forwardedHeaders } from "../../pages/forwardedHeaders.ts";

/** Shows the form; `trouble` is the error of the form that was sent. */
export function askToSignOut(c: AppContext, trouble: { text: string; status: 400 | 503 } | null): Promise<Response> {
  const title = "Sign out";
  const body = html`<main class="card">
    <h1>${title}</h1>
    ${trouble === null ? "" : html`<p class="bad" role="alert">${trouble.text}</p>`}
    <p>Ends the session of this browser. Open orders, API keys and other devices stay as they are.</p>
    <form method="post" action="/auth/sign-out">
      <input type="hidden" name="form_token" value="${formToken(c)}" />
      <button class="primary">Sign out</button>
    </form>
  </main>`;
  return answerPage(c, { title, body, status: trouble?.status ?? 200 });
}

/** Ends the session of the browser. */
export async function signOut(c: AppContext): Promise<Response> {
  const form = new URLSearchParams(await readText(c.req.raw));
  if (!hasValidFormToken(c, form)) {
    return askToSignOut(c, {
      text: "This form was not sent from our page, or is too old. Please try again.",
      status: 400,
    });
  }
  const headers = forwardedHeaders(c);
  const refresh = getCookie(c, REFRESH_COOKIE, "host");
  const access = getCookie(c, ACCESS_COOKIE, "host");
  if (refresh === undefined && access !== undefined) headers.set("Authorization", `Bearer ${access}`);
  const body = refresh === undefined ? null : JSON.stringify({ refresh_token: refresh });
  if (refresh !== undefined || access !== undefined) {
    const { status } = await c.var.callApi(
      new Request(new URL("/v1/auth/logout", c.req.url), { method: "POST", headers, body }),
    );
    // Any other refusal means that the session has ended already.
    if (status >= 500 || status === 429) {
      return askToSignOut(c, { text: "The exchange is briefly unavailable. Please try again.", status: 503 });
    }
  }
  clearCookies(c);
  const title = "You are signed out";
  const page = html`<main class="card">
    <h1>${title}</h1>
    <a class="button primary" href="/auth/sign-in">Sign in</a>
  </main>`;
  return answerPage(c, { title, body: page });
}
