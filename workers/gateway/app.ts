import { Hono } from "hono";
import type { ApiError } from "../../protocol/errors/catalogue.ts";
import { notOfferedAt } from "../../protocol/errors/notOffered.ts";
import { ApiFault } from "../../protocol/http/apiFault.ts";
import { wantsPage, notFoundPage } from "./pages/notFoundPage.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { answerError, answerFault } from "./answerError.ts";
import { requestLog } from "./middleware/requestLog.ts";
import { countRequest } from "./middleware/rateLimit.ts";
import { isUpgrade, passUpgrade } from "./middleware/upgrades.ts";
import { CachedRouter } from "./cachedRouter.ts";
import { RESOURCES } from "./resources/registry.ts";

/** The HTTP API: every request passes the middleware, then the routes of the resources. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ getPath: pathOf, router: new CachedRouter() });
  app.onError((thrown, c) => (isNoPage(thrown, c) ? notFoundPage(c) : answerFault(thrown, c)));
  app.notFound((c) => (wantsPage(c) ? notFoundPage(c) : answerError(c, notFound(c.req.path))));
  // Few middlewares that do much: each costs every request several promises and closures.
  app.use(requestLog, async (c, next) => {
    c.set("callApi", async (request) => app.fetch(request, c.env, c.executionCtx));
    await countRequest(c);
    if (isUpgrade(c)) return passUpgrade(c);
    await next();
    return undefined;
  });
  for (const resource of RESOURCES) resource.addTo(app);
  return app;
}

function notFound(path: string): ApiError {
  const what = notOfferedAt(path);
  return what === null ? { reason: "endpoint_not_found" } : { reason: "not_offered", what };
}

/** A browser's request for a page or file that does not exist. */
function isNoPage(thrown: Error, c: AppContext): boolean {
  return thrown instanceof ApiFault && thrown.error.reason === "endpoint_not_found" && wantsPage(c);
}

/** A URL whose path is normal already: nothing is encoded, doubled, or at its end, and no segment begins with a dot. */
const PLAIN_URL = /^https?:\/\/(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?((?:\/[\w:~-][\w:.~-]*)+)(?:\?|$)/;

/** A path with a coin whose slash a client did not encode, where the API has a symbol. */
const COIN =
  /^(\/(?:v2\/(?:assets|positions|stocks|watchlists\/[^/]+)|v1\/(?:books|history|audit\/history|admin\/(?:symbols|instruments|history)))\/[A-Z\d]{2,10})\/USD(?=\/|$)/;

/**
 * The path for routing, normalized: clients join base URL and path with two slashes, end it with one, or encode the
 * colon of `orders:by_client_order_id`. Segments stay encoded until they are split, so that `BTC%2FUSD` is one segment;
 * `/v2/assets/BTC/USD`, which several clients send, is the same, on each route with a symbol.
 */
export function pathOf(request: Request): string {
  const { url } = request;
  const path = PLAIN_URL.exec(url)?.[1] ?? parsedPath(url);
  return path.includes("/USD") ? path.replace(COIN, "$1%2FUSD") : path;
}

function parsedPath(url: string): string {
  const path = new URL(url).pathname.replace(/\/{2,}/g, "/").replace(/%3A/gi, ":");
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
