/**
 * A step in between for a browser that another site has sent here: the session's cookies (SameSite=Strict) do not come
 * along then, but they do when a page of ours asks for the same address.
 */
import { html } from "hono/html";
import type { AppContext } from "../context.ts";
import { answerPage } from "./page.ts";

/** True when another site has sent the browser here, as far as the browser says so. */
export function isCrossSite(c: AppContext): boolean {
  const site = c.req.header("Sec-Fetch-Site");
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** Asks for the same path and query again, from a page of ours. */
export function reloadPage(c: AppContext): Promise<Response> {
  // As it was routed: a path that begins with two slashes would lead to another host.
  const path = c.req.path + new URL(c.req.url).search;
  const body = html`<main class="card"><a class="button primary" href="${path}">Continue</a></main>`;
  return answerPage(c, { title: "One moment", body, refreshTo: path });
}
