/**
 * Error pages for requests of apps. Anybody can register an app and send a wrong request on purpose. So a browser is
 * redirected to an app's error address only when its person has authorized that app before.
 */
import { html } from "hono/html";
import type { AppContext } from "../context.ts";
import { answerPage } from "./page.ts";

/** Shows the error of an app's request; `to` is the app's own address with the error in it. */
export function appErrorPage(c: AppContext, to: string): Promise<Response> {
  const { hostname, protocol, searchParams } = new URL(to);
  const where = protocol === "http:" ? "a program on this computer" : hostname;
  const title = "Nothing was given to the app";
  const body = html`<main class="card">
    <h1>${title}</h1>
    <p>An app of somebody else has sent you here, and its request failed (${searchParams.get("error")}).</p>
    <p>You can go back to <strong>${where}</strong>, which you have not authorized, or close this page.</p>
    <a class="button" rel="noreferrer" href="${to}">Go to ${where}</a>
  </main>`;
  return answerPage(c, { title, body, status: 400 });
}

/** For an app that asked for no interaction (`prompt=none`) while nobody is signed in. */
export function notSignedInPage(c: AppContext, path: string): Promise<Response> {
  const title = "You are not signed in";
  const body = html`<main class="card">
    <h1>${title}</h1>
    <p>An app of somebody else wants to know who you are. Nothing was given to it.</p>
    <a class="button primary" href="/auth/sign-in?return_to=${encodeURIComponent(path)}">Sign in</a>
  </main>`;
  return answerPage(c, { title, body, status: 400 });
}
