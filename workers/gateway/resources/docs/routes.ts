import { ApiFault, ask } from "../../../../protocol/http/apiFault.ts";
import type { AppContext } from "../../context.ts";
import { defineResource } from "../../resource.ts";
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

async function file(c: AppContext, path: string): Promise<Response> {
  const { SITE } = c.env;
  // A bare workerd has no static files.
  if (SITE === undefined) throw new ApiFault({ reason: "endpoint_not_found" });
  const url = new URL(path, c.req.url);
  const etag = c.req.header("If-None-Match");
  const headers: HeadersInit = etag === undefined ? {} : { "If-None-Match": etag };
  const found = await ask(() => SITE.fetch(new Request(url, { headers })));
  if (found.status !== 200 && found.status !== 304) throw new ApiFault({ reason: "endpoint_not_found" });
  const kept = ["Content-Type", "ETag"].map((name) => [name, found.headers.get(name) ?? ""] as const);
  const answer = new Headers(kept.filter(([, value]) => value !== ""));
  answer.set("Content-Security-Policy", POLICY);
  answer.set("Cache-Control", CACHE);
  return new Response(found.body, { status: found.status, headers: answer });
}
