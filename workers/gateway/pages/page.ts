/** HTML pages of the gateway: sign-in, consent of apps, errors. */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppContext } from "../context.ts";
import { STYLE } from "./style.ts";

/** Markup of the hono/html tag: interpolated values are escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Page {
  readonly title: string;
  readonly body: Markup;
  readonly status?: ContentfulStatusCode;
  /** Other origins that a form of the page may lead to, redirects included: browsers apply form-action to those too. */
  readonly formTargets?: readonly string[];
  /** Loads this path of this host at once, as a same-site navigation. */
  readonly refreshTo?: string;
  /** The only script that may run in the page; none without it. */
  readonly script?: string;
}

/** Answers with a page. Its policy allows our style, forms to us and the one script; nobody can frame it. */
export async function answerPage(c: AppContext, page: Page): Promise<Response> {
  const { title, body, status = 200, refreshTo, script } = page;
  const refresh = refreshTo === undefined ? "" : html`<meta http-equiv="refresh" content="0;url=${refreshTo}" />`;
  c.header("Content-Security-Policy", await policyOf(page));
  // Without a Referrer-Policy of same-origin browsers send `Origin: null` with forms of the page.
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

// Raw, because the digest is of the exact text between the tags.
const styleElement = raw(`<style>${STYLE}</style>`);

async function policyOf({ formTargets = [], script }: Page): Promise<string> {
  return [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src '${await digestOf(script)}'`]),
    `style-src '${await styleDigest()}'`,
    // For the icon.
    "img-src 'self'",
    `form-action ${["'self'", ...formTargets.map(originOnly)].join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** A scheme or an origin, without characters that end a directive or begin another. URLs allow `;` and `'` in hosts. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:(?:\/\/[a-z0-9.:[\]-]+)?$/;

/** The origin of an address that others gave. Throws when it contains characters that a policy header cannot have. */
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
