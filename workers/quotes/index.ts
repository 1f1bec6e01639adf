/**
 * quotes: market data over REST, and the front of the relays that hold every viewer's socket. The gateway reaches it by a
 * named entrypoint, which exists for bindings of our own account only: a hostname of this worker, whatever it is, leads
 * to the default export, and there nobody is anybody.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { relayObject } from "../../durable-objects/actor/namespaces.ts";
import type { ApiError } from "../../protocol/errors/catalogue.ts";
import { books } from "./books.ts";
import type { QuotesContext, QuotesHono } from "./context.ts";
import { ApiFault, detailOf } from "../../protocol/http/apiFault.ts";
import { errorAnswer } from "../../protocol/errors/problem.ts";
import { latest } from "./latest.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import { readHandshake } from "./relay/handshake.ts";

export { Relay } from "./relay/object.ts";

// Clients with a base URL that ends in a slash send double ones.
const app = new Hono<QuotesHono>({ getPath: (request) => new URL(request.url).pathname.replace(/\/+/g, "/") });

for (const path of ["/stream", "/stream/", "/v2/:feed"]) app.get(path, toRelay);

app.use("/v2/stocks/*", behindGateway);
app.use("/v1/books/*", behindGateway);
app.route("/v2/stocks", latest);
app.route("/v1/books", books);

app.notFound((c) => answer(c, { reason: "endpoint_not_found" }));

app.onError((thrown, c) => {
  if (thrown instanceof ApiFault && thrown.cause === undefined) return answer(c, thrown.error);
  const error: ApiError = thrown instanceof ApiFault ? thrown.error : { reason: "internal" };
  const detail = detailOf(thrown instanceof ApiFault ? thrown.cause : thrown);
  logEvent("quotes", error.reason === "unavailable" ? "unavailable" : "internal", { path: c.req.path, detail });
  return answer(c, error);
});

/** Hands a stream's upgrade to one of the relays. Nobody is authenticated yet: that is for the first frame. */
function toRelay(c: QuotesContext): Response | Promise<Response> {
  if (readHandshake(c.req.raw) === null) return answer(c, { reason: "endpoint_not_found" });
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") return answer(c, { reason: "upgrade_required" });
  const relay = Math.floor(Math.random() * Number(c.env.RELAY_COUNT));
  return relayObject(c.env, `relay-${relay}`).fetch(c.req.raw);
}

/** The gateway has authenticated who asks, and says so in a header that it sets itself; nobody else comes in here. */
async function behindGateway(c: QuotesContext, next: () => Promise<void>): Promise<Response | undefined> {
  if (c.req.header("x-principal") === undefined) return answer(c, { reason: "unauthorized" });
  await next();
  return undefined;
}

function answer(c: QuotesContext, error: ApiError): Response {
  const { status, type, body } = errorAnswer(error, c.req.path, c.req.header("x-request-id") ?? "");
  return c.json(body, status as ContentfulStatusCode, { "Content-Type": type });
}

/** What the gateway's binding calls. */
export class ForGateway extends WorkerEntrypoint<QuotesEnv> {
  override fetch(request: Request): Response | Promise<Response> {
    return app.fetch(request, this.env, this.ctx);
  }
}

/** Whoever comes by a hostname, and for its last minutes a gateway of an earlier release: both may try the gateway again. */
export default {
  fetch(request: Request): Response {
    const { status, type, body } = errorAnswer({ reason: "unavailable" }, new URL(request.url).pathname, "");
    return Response.json(body, { status, headers: { "Content-Type": type, "Retry-After": "10" } });
  },
} satisfies ExportedHandler<QuotesEnv>;
