import type { AppContext } from "../../context.ts";
import { startPage } from "../../pages/startPage.ts";
import { defineResource } from "../../resource.ts";
import { answerSiteFile } from "../../siteFile.ts";
import { ACCESS } from "./access.ts";

/** Files of this host and nothing else: no inline script or style, no other origin, no frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** A new release shows at the next visit: the document names its files by their content. */
const DOCUMENT_CACHE = "no-cache";
const HASHED_CACHE = "public, max-age=31536000, immutable";
const HASHED = /^\/app\/assets\/.+-[\w-]{8}\.\w+$/;

const page = (c: AppContext): Promise<Response> =>
  answerSiteFile(c, "/app/index.html", { policy: POLICY, cache: DOCUMENT_CACHE });

/** The trading terminal (web/): one document for all of its pages, and its files. */
export const terminalResource = defineResource("terminal", ACCESS, {
  // A bare workerd, which has no files, has the page without scripts.
  "/": { GET: (c) => (c.env.SITE === undefined ? startPage(c) : page(c)) },
  "/sign-in": { GET: page },
  "/sign-up": { GET: page },
  "/design": { GET: page },
  "/shortcuts": { GET: page },
  "/trade": { GET: page },
  "/portfolio": { GET: page },
  "/portfolio/*": { GET: page },
  "/accounts": { GET: page },
  "/accounts/*": { GET: page },
  "/alerts": { GET: page },
  "/statements": { GET: page },
  "/statements/*": { GET: page },
  "/settings": { GET: page },
  "/settings/*": { GET: page },
  "/admin": { GET: page },
  "/admin/*": { GET: page },
  "/audit": { GET: page },
  "/audit/*": { GET: page },
  "/app/*": {
    GET: (c) =>
      answerSiteFile(c, c.req.path, {
        policy: POLICY,
        cache: HASHED.test(c.req.path) ? HASHED_CACHE : DOCUMENT_CACHE,
      }),
  },
  // At the root, because a service worker serves the pages beside and below it.
  "/sw.js": { GET: (c) => answerSiteFile(c, "/app/sw.js", { policy: POLICY, cache: DOCUMENT_CACHE }) },
});
