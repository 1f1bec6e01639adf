import { html } from "hono/html";
import { isAlpacaPath } from "../../../protocol/errors/problem.ts";
import type { AppContext } from "../context.ts";
import { answerPage } from "./page.ts";

/** True for a browser's navigation to a path outside the API. Programs get an error in the API's shape instead. */
export function wantsPage(c: AppContext): boolean {
  const { path, method } = c.req;
  if (method !== "GET" || path.startsWith("/v1/") || isAlpacaPath(path)) return false;
  return (c.req.header("Accept") ?? "").includes("text/html");
}

/** The 404 page. */
export function notFoundPage(c: AppContext): Promise<Response> {
  const title = "There is no such page";
  const body = html`<main class="card">
    <h1>${title}</h1>
    <p>The address may be mistyped, or the page is gone.</p>
    <a class="button primary" href="/">To the start</a>
    <a class="button" href="/docs">Reference of the API</a>
  </main>`;
  return answerPage(c, { title, body, status: 404 });
}
