/**
 * The quotes worker: market data over REST, and access to the relays that hold the clients' sockets. The gateway calls
 * a named entrypoint, which only service bindings of the same account can reach. A hostname of this worker leads to the
 * default export, which refuses every request.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { orderEntryName, orderEntryObject, relayObject } from "../../durable-objects/actor/namespaces.ts";
import type { ApiError } from "../../protocol/errors/catalogue.ts";
import { books } from "./books.ts";
import type { QuotesContext, QuotesHono } from "./context.ts";
import { ApiFault, detailOf } from "../../protocol/http/apiFault.ts";
import { errorAnswer } from "../../protocol/errors/problem.ts";
import { historyOfCrypto, historyOfStocks } from "./history/routes.ts";
import { sourcesOfHistory } from "./history/sources.ts";
import { indicators } from "./indicators/routes.ts";
import { latestOfCrypto } from "./latest/crypto.ts";
import { latestOfStocks } from "./latest/stocks.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import { overview } from "./overview/routes.ts";
import { metaOfStocks, screener } from "./reference/routes.ts";
import { readHandshake } from "./relay/handshake.ts";
import { wait } from "./relay/timers.ts";
import { upgradeRefusal } from "./relay/upgradeRefusal.ts";
import { networkOf } from "../../protocol/http/origin.ts";
import { RefusedUpgrades } from "./refusedUpgrades.ts";

export { OrderEntry } from "./orderEntry/object.ts";
export { Relay } from "./relay/object.ts";

/** The depth of one book. */
const BOOK_STREAM = "/v1/books/:symbol/stream";

// Clients whose base URL ends in a slash send double slashes.
const app = new Hono<QuotesHono>({ getPath: (request) => new URL(request.url).pathname.replace(/\/+/g, "/") });

const TRADING = ["/stream", "/stream/", "/v1/trading/stream", "/v1/trading/stream/"];
for (const path of [...TRADING, "/v2/:feed", "/v1beta3/crypto/us", "/v1beta2/crypto", "/v1beta1/crypto", BOOK_STREAM]) {
  app.get(path, toStream);
}

app.use("/v2/stocks/*", requireGateway);
app.use("/v1/books/*", requireGateway);
app.use("/v1/indicators/*", requireGateway);
app.use("/v1/history/*", requireGateway);
app.use("/v1beta1/*", requireGateway);
for (const routes of [latestOfStocks, historyOfStocks, metaOfStocks]) app.route("/v2/stocks", routes);
for (const routes of [latestOfCrypto, historyOfCrypto]) app.route("/v1beta3/crypto", routes);
app.route("/v1beta1", screener);
app.route("/v1/books", books);
app.route("/v1/indicators", indicators);
app.route("/v1/history", sourcesOfHistory);
// Public: without a caller.
app.route("/v1/market", overview);

app.notFound((c) => answer(c, { reason: "endpoint_not_found" }));

app.onError((thrown, c) => {
  if (thrown instanceof ApiFault && thrown.cause === undefined) return answer(c, thrown.error);
  const error: ApiError = thrown instanceof ApiFault ? thrown.error : { reason: "internal" };
  const detail = detailOf(thrown instanceof ApiFault ? thrown.cause : thrown);
  logEvent("quotes", error.reason === "unavailable" ? "unavailable" : "internal", { path: c.req.path, detail });
  return answer(c, error);
});

const refusedUpgrades = new RefusedUpgrades({ now: Date.now, random: Math.random, wait });

/** Passes a stream's upgrade to one of the objects that hold sockets. The first frame authenticates the client. */
function toStream(c: QuotesContext): Response | Promise<Response> {
  const handshake = readHandshake(c.req.raw);
  if (handshake === null) return answer(c, { reason: "endpoint_not_found" });
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") return answer(c, { reason: "upgrade_required" });
  const oneOf = (count: string): number => Math.floor(Math.random() * Number(count));
  const isEntry = handshake.stream === "orders";
  const name = isEntry ? orderEntryName(oneOf(c.env.ORDER_ENTRY_COUNT)) : `relay-${oneOf(c.env.RELAY_COUNT)}`;
  const holder = isEntry ? orderEntryObject(c.env, name) : relayObject(c.env, name);
  if (holder === null) return answer(c, { reason: "endpoint_not_found" });
  const upgrade = (): Promise<Response> => holder.fetch(c.req.raw);
  return refusedUpgrades.upgrade(name, networkOf(handshake.origin.ip), upgrade, () => upgradeRefusal("rate_limited"));
}

/** Requires the header that the gateway sets for an authenticated caller. */
async function requireGateway(c: QuotesContext, next: () => Promise<void>): Promise<Response | undefined> {
  if (c.req.header("x-principal") === undefined) return answer(c, { reason: "unauthorized" });
  await next();
  return undefined;
}

function answer(c: QuotesContext, error: ApiError): Response {
  const { status, type, body } = errorAnswer(error, c.req.path, c.req.header("x-request-id") ?? "");
  return c.json(body, status as ContentfulStatusCode, { "Content-Type": type });
}

/** The entrypoint of the gateway's service binding. */
export class ForGateway extends WorkerEntrypoint<QuotesEnv> {
  override fetch(request: Request): Response | Promise<Response> {
    return app.fetch(request, this.env, this.ctx);
  }
}

/** Answers requests to a hostname of this worker: the client must use the gateway. */
export default {
  fetch(request: Request): Response {
    const { status, type, body } = errorAnswer({ reason: "unavailable" }, new URL(request.url).pathname, "");
    return Response.json(body, { status, headers: { "Content-Type": type, "Retry-After": "10" } });
  },
} satisfies ExportedHandler<QuotesEnv>;
