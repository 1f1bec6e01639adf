import { ApiFault, ask } from "../../protocol/http/apiFault.ts";
import type { AppContext } from "./context.ts";

export interface SiteAnswer {
  /** The Content-Security-Policy of the file. */
  readonly policy: string;
  /** Its Cache-Control. */
  readonly cache: string;
}

/** Answers with a file of workers/gateway/site. Ends the request with `endpoint_not_found` when there is none. */
export async function answerSiteFile(c: AppContext, path: string, { policy, cache }: SiteAnswer): Promise<Response> {
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
  answer.set("Content-Security-Policy", policy);
  answer.set("Cache-Control", cache);
  return new Response(found.body, { status: found.status, headers: answer });
}
