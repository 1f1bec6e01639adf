import { html } from "hono/html";
import { isAlpacaPath } from "../../../protocol/errors/problem.ts";
import type { AppContext } from "../context.ts";
import { answerPage } from "./page.ts";

/** True for a browser that goes to an address which is none of the API's: programs get an error of the API's shape. */
export function wantsPage(c: AppContext): boolean {
  const { path, method } = c.req;
  if (method !== "GET" || path.startsWith("/v1/") || isAlpacaPath(path)) return false;
  return (c.req.header("Accept") ?? "").includes("text/html");
}

/** What a person is shown where there is nothing. */
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
