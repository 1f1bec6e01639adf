import { Hono } from "hono";
import { html } from "hono/html";
import type { AppEnv } from "../context.ts";
import { answerPage } from "../pages/page.ts";
import { resource } from "../resource.ts";
import { showsSession } from "./signOut.ts";

/** About the service itself; open to everybody. */
export const systemRoutes = new Hono<AppEnv>();

// Who types the address into a browser, or has signed in with nowhere to go, finds a way on.
resource(systemRoutes, "/", {
  GET: (c) =>
    answerPage(c, {
      title: "Edge exchange",
      body: html`<main class="card">
        <h1>A stock exchange with Alpaca's API</h1>
        <p>Orders, positions, market data and streams in the shapes that your programs know.</p>
        <a class="button primary" href="/docs">Reference of the API</a>
        ${
          showsSession(c)
            ? html`<a class="button" href="/auth/sign-out">Sign out</a>`
            : html`<a class="button" href="/auth/sign-in">Sign in</a>
                <a class="button" href="/account/register">Create a login</a>`
        }
      </main>`,
    }),
});

resource(systemRoutes, "/v1/health", {
  GET: (c) => c.json({ status: "ok" }),
});
