/**
 * The sign-in page and its second step. Its forms carry a token that the browser also has as a cookie (double submit).
 */
import { getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";
import type { AppContext } from "../context.ts";
import { isOwnOrigin } from "../middleware/forgery.ts";
import { answerPage } from "./page.ts";

const FORM_COOKIE = "form";
const FORM_SECONDS = 3600;

/** The error that a form shows. */
export interface FormError {
  readonly text: string;
  readonly status: 400 | 401 | 429 | 503;
}

/** The form for e-mail and password, with links to other providers; `email` is repeated after an error. */
export function signInPage(
  c: AppContext,
  returnTo: string,
  providers: readonly { readonly name: string; readonly label: string }[],
  trouble: FormError | null,
  email = "",
): Promise<Response> {
  const title = "Sign in to the exchange";
  const body = html`<main class="card">
    <h1>${title}</h1>
    ${formErrorOf(trouble)}
    <form method="post" action="/auth/sign-in">
      <input type="hidden" name="form_token" value="${formToken(c)}" />
      <input type="hidden" name="return_to" value="${returnTo}" />
      <label
        >E-mail<input type="email" name="email" value="${email}" autocomplete="username" required maxlength="254"
      /></label>
      <label>Password<input type="password" name="password" autocomplete="current-password" required /></label>
      <button class="primary">Sign in</button>
    </form>
    <p><a href="/account/forgot">Forgotten password?</a> · <a href="/account/register">Create a login</a></p>
    ${providers.map(
      ({ name, label }) =>
        html`<a class="button" href="/v1/auth/external/${name}?return_to=${encodeURIComponent(returnTo)}"
          >Sign in with ${label}</a
        >`,
    )}
  </main>`;
  return answerPage(c, { title, body, status: trouble?.status ?? 200 });
}

/** The form for the second factor. */
export function mfaPage(
  c: AppContext,
  step: { readonly challenge: string; readonly methods: readonly string[]; readonly returnTo: string },
  trouble: FormError | null = null,
): Promise<Response> {
  const { challenge, methods, returnTo } = step;
  const typed = methods.filter((method) => method === "totp" || method === "recovery_code");
  const title = "One more step";
  const body = html`<main class="card">
    <h1>${title}</h1>
    ${formErrorOf(trouble)}
    <form method="post" action="/auth/sign-in">
      <input type="hidden" name="form_token" value="${formToken(c)}" />
      <input type="hidden" name="return_to" value="${returnTo}" />
      <input type="hidden" name="challenge" value="${challenge}" />
      <input type="hidden" name="methods" value="${methods.join(" ")}" />
      ${
        typed.length === 0
          ? html`<p>This login is opened with a passkey: sign in at the terminal, then come back here.</p>`
          : html`<label
                >Code of your authenticator app${typed.includes("recovery_code") ? ", or a recovery code" : ""}<input
                  name="code"
                  autocomplete="one-time-code"
                  autocapitalize="off"
                  spellcheck="false"
                  required
                  maxlength="64" /></label
              ><button class="primary">Continue</button>`
      }
    </form>
  </main>`;
  return answerPage(c, { title, body, status: trouble?.status ?? 200 });
}

/** True when the form was posted from a page that this browser got from us. */
export function hasValidFormToken(c: AppContext, form: URLSearchParams): boolean {
  const cookie = getCookie(c, FORM_COOKIE, "host");
  const origin = c.req.header("Origin");
  if (origin !== undefined && !isOwnOrigin(c, origin)) return false;
  return cookie !== undefined && cookie !== "" && cookie === form.get("form_token");
}

/**
 * The browser's form token; the first form sets it as a cookie. The `__Host-` prefix keeps other hosts from setting it.
 */
export function formToken(c: AppContext): string {
  const token = getCookie(c, FORM_COOKIE, "host") ?? crypto.randomUUID();
  setCookie(c, FORM_COOKIE, token, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Lax",
    maxAge: FORM_SECONDS,
  });
  return token;
}

function formErrorOf(trouble: FormError | null) {
  return trouble === null ? "" : html`<p class="bad" role="alert">${trouble.text}</p>`;
}
