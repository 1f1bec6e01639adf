import { Hono } from "hono";
import { html } from "hono/html";
import type { AppEnv } from "../context.ts";
import { answerPage } from "../pages/page.ts";
import { resource } from "../resource.ts";

/** About the service itself; open to everybody. */
export const systemRoutes = new Hono<AppEnv>();

// Who types the address into a browser, or has signed in with nowhere to go, finds a way on.
resource(systemRoutes, "/", {
  GET: (c) =>
    answerPage(c, {
      title: "Edge exchange",
      body: html`<main class="card">
        <h1>Edge exchange</h1>
        <p>A stock exchange with Alpaca's API: the clients you have work by changing a URL.</p>
        <p><a class="button primary" href="/docs">Reference of the API</a></p>
        <p><a class="button" href="/auth/sign-in">Sign in</a></p>
      </main>`,
    }),
});

resource(systemRoutes, "/v1/health", {
  GET: (c) => c.json({ status: "ok" }),
});
