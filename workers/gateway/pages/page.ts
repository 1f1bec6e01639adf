/** The few pages that the gateway itself shows people: signing in elsewhere, letting an app in, the reference. */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppContext } from "../context.ts";
import { STYLE } from "./style.ts";

/** What the tag of hono/html gives: everything that was put into it is escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Page {
  readonly title: string;
  readonly body: Markup;
  readonly status?: ContentfulStatusCode;
  /** Our own scripts and style sheets, by path. Nothing that is written inside the page runs. */
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
  /** Origins beside ours that a form of the page may lead to, redirections included: browsers hold those to it as well. */
  readonly formTo?: readonly string[];
  /** Loads this path of ours at once: as a page of ours asks for it, and not as another site did. */
  readonly goesTo?: string;
}

/** Answers a page. Its policy lets it load what it names, send forms to us, and be framed by nobody. */
export async function answerPage(c: AppContext, page: Page): Promise<Response> {
  const { title, body, status = 200, scripts = [], styles = [], goesTo } = page;
  const refresh = goesTo === undefined ? "" : html`<meta http-equiv="refresh" content="0;url=${goesTo}" />`;
  c.header("Content-Security-Policy", await policyOf(page));
  // Without it browsers say that a form comes from nowhere (Origin: null), and not that it comes from us.
  c.header("Referrer-Policy", "same-origin");
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title}</title>
          ${refresh} ${styles.map((path) => html`<link rel="stylesheet" href="${path}" />`)} ${styleElement}
        </head>
        <body>
          ${body} ${scripts.map((path) => html`<script src="${path}"></script>`)}
        </body>
      </html>`,
    status,
  );
}

// As it is: the digest is of the text between the tags.
const styleElement = raw(`<style>${STYLE}</style>`);

async function policyOf({ scripts = [], styles = [], formTo = [] }: Page): Promise<string> {
  const digest = await styleDigest();
  return [
    "default-src 'none'",
    `script-src ${scripts.length > 0 ? "'self'" : "'none'"}`,
    `style-src '${digest}'${styles.length > 0 ? " 'self'" : ""}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    `form-action ${["'self'", ...formTo.map(originOnly)].join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Of what others gave only the origin gets into a header; it throws on what has none. */
function originOnly(address: string): string {
  const { protocol, host } = new URL(address);
  return host === "" ? protocol : `${protocol}//${host}`;
}

let digested: string | null = null;

async function styleDigest(): Promise<string> {
  if (digested === null) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
    digested = `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
  }
  return digested;
}
