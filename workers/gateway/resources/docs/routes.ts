/** The reference of the API: its documents, and the pages that show them. Files of workers/gateway/site. */
import { Hono } from "hono";
import { ApiFault, ask } from "../../../../protocol/http/apiFault.ts";
import type { AppContext, AppEnv } from "../../context.ts";
import { resource } from "../../resource.ts";

export const docsRoutes = new Hono<AppEnv>();

/** Nothing that is written inside a page runs or styles it: scripts and styles are files of ours. */
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

/** A new release of the same path is seen after this; no path has a version in its name. */
const CACHE = "public, max-age=300";

resource(docsRoutes, "/docs", { GET: (c) => file(c, "/docs/api/reference.html") });
resource(docsRoutes, "/docs/streams", { GET: (c) => file(c, "/docs/api/streams.html") });
resource(docsRoutes, "/docs/try", { GET: (c) => file(c, "/docs/try.html") });
resource(docsRoutes, "/docs/errors", { GET: (c) => file(c, "/docs/api/errors.html") });
resource(docsRoutes, "/docs/*", { GET: (c) => file(c, c.req.path) });
// Browsers ask for the second by themselves.
resource(docsRoutes, "/favicon.svg", { GET: (c) => file(c, "/favicon.svg") });
resource(docsRoutes, "/favicon.ico", { GET: (c) => file(c, "/favicon.svg") });
resource(docsRoutes, "/v1/openapi.json", { GET: (c) => file(c, "/docs/api/openapi.json") });
resource(docsRoutes, "/v1/asyncapi.json", { GET: (c) => file(c, "/docs/api/asyncapi.json") });

async function file(c: AppContext, path: string): Promise<Response> {
  const { SITE } = c.env;
  // A runtime without static files has no reference.
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
