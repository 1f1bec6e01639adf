/**
 * The pages that this server renders itself: forms without a line of script, so that whoever is about to type a password
 * or to say yes has nothing on the page that could be somebody else's.
 */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { AppContext } from "../context.ts";

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
:root{color-scheme:light dark;--ink:#14181f;--dim:#5a6472;--paper:#fff;--ground:#eef1f5;--line:#cfd6df;--accent:#0b5fd7;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf2;--dim:#9aa5b4;--paper:#171b22;--ground:#0d1015;--line:#343c48;--accent:#5b9bff;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:26rem;background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:1.75rem}
h1{margin:0 0 1rem;font-size:1.35rem;line-height:1.25;overflow-wrap:anywhere}
p{margin:0 0 1rem}ul{margin:0 0 1rem;padding-left:1.2rem}li{margin:.25rem 0}
label{display:block;margin:0 0 1rem;font-size:.9rem;color:var(--dim)}
input{display:block;width:100%;margin-top:.25rem;padding:.65rem .75rem;font:inherit;color:var(--ink);background:var(--ground);border:1px solid var(--line);border-radius:8px}
button,.button{display:block;width:100%;margin-top:.6rem;padding:.75rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;border-radius:8px;border:1px solid var(--line);background:transparent;color:var(--ink);cursor:pointer}
.primary{background:var(--accent);border-color:var(--accent);color:#fff}
@media (prefers-color-scheme:dark){.primary{color:#0d1015}}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.bad{color:var(--bad)}.dim{color:var(--dim);font-size:.9rem;overflow-wrap:anywhere}
`;

export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Origins beside ours that a form of the page may lead to. */
  readonly leadsTo?: readonly string[];
  /** Loads the page again, at once: as a page of ours asks for it, and not as another site did. */
  readonly again?: string;
}

/** Answers with a page. It can be in no frame, loads nothing, and sends nothing but its forms, to us. */
export async function answerPage(
  c: AppContext,
  page: Page,
  status: 200 | 400 | 401 | 429 | 503 = 200,
): Promise<Response> {
  const { title, body, leadsTo = [], again } = page;
  const style = await digestOf(STYLE);
  c.header(
    "Content-Security-Policy",
    `default-src 'none'; style-src 'sha256-${style}'; form-action ${["'self'", ...leadsTo].join(" ")}; frame-ancestors 'none'; base-uri 'none'`,
  );
  c.header("X-Frame-Options", "DENY");
  // Not `no-referrer`: browsers then send a form's Origin as null.
  c.header("Referrer-Policy", "same-origin");
  c.header("Cross-Origin-Opener-Policy", "same-origin");
  c.header("Cache-Control", "no-store");
  const refresh = again === undefined ? "" : html`<meta http-equiv="refresh" content="0;url=${again}" />`;
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title>${title}</title>
          ${refresh}
          <style>
            ${raw(STYLE)}
          </style>
        </head>
        <body>
          <main>
            <h1>${title}</h1>
            ${body}
          </main>
        </body>
      </html>`,
    status,
  );
}

async function digestOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest));
}
