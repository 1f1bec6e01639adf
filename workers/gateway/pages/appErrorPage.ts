/**
 * Pages between the exchange and an app. Anybody can register an app, and what is wrong with a request can be wrong on
 * purpose: so a browser is not sent on to an app that its person has never let in, unless the person goes there by hand.
 */
import { html } from "hono/html";
import type { AppContext } from "../context.ts";
import { answerPage } from "./page.ts";

/** What came of an app's request; `to` is the app's own address, with the error in it. */
export function appErrorPage(c: AppContext, to: string): Promise<Response> {
  const { hostname, protocol, searchParams } = new URL(to);
  const where = protocol === "http:" ? "a program on this computer" : hostname;
  const title = "Nothing was given to the app";
  const body = html`<main class="card">
    <h1>${title}</h1>
    <p>An app of somebody else has sent you here, and its request came to nothing (${searchParams.get("error")}).</p>
    <p>You can go back to <strong>${where}</strong>, which you have not let in, or close this page.</p>
    <a class="button" rel="noreferrer" href="${to}">Go to ${where}</a>
  </main>`;
  return answerPage(c, { title, body, status: 400 });
}

/** For an app that wants nobody to be asked anything, while nobody is signed in. */
export function notSignedInPage(c: AppContext, path: string): Promise<Response> {
  const title = "You are not signed in";
  const body = html`<main class="card">
    <h1>${title}</h1>
    <p>An app of somebody else wants to know who you are. Nothing was given to it.</p>
    <a class="button primary" href="/auth/sign-in?return_to=${encodeURIComponent(path)}">Sign in</a>
  </main>`;
  return answerPage(c, { title, body, status: 400 });
}
