import type { AppContext } from "../../context.ts";
import { defineResource } from "../../resource.ts";
import { answerSiteFile } from "../../siteFile.ts";
import { ACCESS } from "./access.ts";

/** No inline scripts or styles: only files of this host. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Files have no version in their name, so a new release shows after this. */
const CACHE = "public, max-age=300";

/** The reference of the API: its documents, and the pages that show them. Files of workers/gateway/site. */
export const docsResource = defineResource("docs", ACCESS, {
  "/docs": { GET: (c) => file(c, "/docs/api/reference.html") },

  "/docs/streams": { GET: (c) => file(c, "/docs/api/streams.html") },

  "/docs/try": { GET: (c) => file(c, "/docs/try.html") },

  "/docs/errors": { GET: (c) => file(c, "/docs/api/errors.html") },

  "/docs/*": { GET: (c) => file(c, c.req.path) },

  // Browsers request favicon.ico by themselves.
  "/favicon.svg": { GET: (c) => file(c, "/favicon.svg") },

  "/favicon.ico": { GET: (c) => file(c, "/favicon.svg") },

  "/v1/openapi.json": { GET: (c) => file(c, "/docs/api/openapi.json") },

  "/v1/asyncapi.json": { GET: (c) => file(c, "/docs/api/asyncapi.json") },
});

function file(c: AppContext, path: string): Promise<Response> {
  return answerSiteFile(c, path, { policy: POLICY, cache: CACHE });
}
