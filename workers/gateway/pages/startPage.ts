import { html } from "hono/html";
import type { AppContext } from "../context.ts";
import { hasSessionCookie } from "../sessionCookies.ts";
import { answerPage } from "./page.ts";

/** The start page of an exchange without the terminal. */
export function startPage(c: AppContext): Promise<Response> {
  return answerPage(c, {
    title: "Edge exchange",
    body: html`<main class="card">
      <h1>A stock exchange with Alpaca's API</h1>
      <p>Orders, positions, market data and streams in the shapes that your programs know.</p>
      <a class="button primary" href="/docs">Reference of the API</a>
      ${
        hasSessionCookie(c)
          ? html`<a class="button" href="/auth/sign-out">Sign out</a>`
          : html`<a class="button" href="/auth/sign-in">Sign in</a>
              <a class="button" href="/account/register">Create a login</a>`
      }
    </main>`,
  });
}
