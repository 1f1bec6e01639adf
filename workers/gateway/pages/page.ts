/** The few pages that the gateway itself shows people: signing in elsewhere, letting an app in, saying what went wrong. */
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
  /** Origins beside ours that a form of the page may lead to, redirections included: browsers hold those to it as well. */
  readonly formTargets?: readonly string[];
  /** Loads this path of ours at once: as a page of ours asks for it, and not as another site did. */
  readonly refreshTo?: string;
  /** The only script that runs in the page, at its end; left out: none does. */
  readonly script?: string;
}

/** Answers a page. Its policy lets it look as ours do, send forms to us and run the one script it has; nobody frames it. */
export async function answerPage(c: AppContext, page: Page): Promise<Response> {
  const { title, body, status = 200, refreshTo, script } = page;
  const refresh = refreshTo === undefined ? "" : html`<meta http-equiv="refresh" content="0;url=${refreshTo}" />`;
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
          <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
          ${refresh} ${styleElement}
        </head>
        <body>
          <a class="brand" href="/">Edge exchange</a>
          ${body} ${script === undefined ? "" : raw(`<script>${script}</script>`)}
        </body>
      </html>`,
    status,
  );
}

// As it is: the digest is of the text between the tags.
const styleElement = raw(`<style>${STYLE}</style>`);

async function policyOf({ formTargets = [], script }: Page): Promise<string> {
  return [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src '${await digestOf(script)}'`]),
    `style-src '${await styleDigest()}'`,
    // The icon.
    "img-src 'self'",
    `form-action ${["'self'", ...formTargets.map(originOnly)].join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** A scheme, or an origin: nothing that ends a directive or begins another. URLs allow `;` and `'` in hosts. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:(?:\/\/[a-z0-9.:[\]-]+)?$/;

/** Of what others gave only the origin gets into a header. Throws when it has none that is plain. */
function originOnly(address: string): string {
  const { protocol, host } = new URL(address);
  const origin = host === "" ? protocol : `${protocol}//${host}`;
  if (!ORIGIN.test(origin)) throw new Error("an address that no policy can name");
  return origin;
}

let digested: string | null = null;

async function styleDigest(): Promise<string> {
  digested ??= await digestOf(STYLE);
  return digested;
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
