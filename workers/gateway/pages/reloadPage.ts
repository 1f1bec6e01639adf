/**
 * A page that reloads itself, for a browser that another site has sent here: SameSite=Strict cookies are sent only with
 * a navigation from our own page.
 */
import { html } from "hono/html";
import type { AppContext } from "../context.ts";
import { answerPage } from "./page.ts";

/** True when another site caused the navigation, as far as the browser tells. */
export function isCrossSite(c: AppContext): boolean {
  const site = c.req.header("Sec-Fetch-Site");
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** Loads the same path and query again, from a page of ours. */
export function reloadPage(c: AppContext): Promise<Response> {
  // The normalized path: one that begins with two slashes would lead to another host.
  const path = c.req.path + new URL(c.req.url).search;
  const body = html`<main class="card"><a class="button primary" href="${path}">Continue</a></main>`;
  return answerPage(c, { title: "One moment", body, refreshTo: path });
}
