import { Hono } from "hono";
import { ApiFault } from "../../protocol/http/apiFault.ts";
import { goesAstray, notFoundPage } from "./pages/notFoundPage.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { answerError, answerFault } from "./faults.ts";
import { requestLog } from "./middleware/requestLog.ts";
import { cors } from "./middleware/cors.ts";
import { rateLimit } from "./middleware/rateLimit.ts";
import { appRoutes } from "./resources/apps/routes.ts";
import { accountPageRoutes } from "./resources/accountPages/routes.ts";
import { accountRoutes } from "./resources/account/routes.ts";
import { actorRoutes } from "./resources/actors/routes.ts";
import { adminRoutes } from "./resources/deposits/routes.ts";
import { approvalRoutes } from "./resources/approvals/routes.ts";
import { assetRoutes } from "./resources/assets/routes.ts";
import { auditRoutes } from "./resources/audit/routes.ts";
import { docsRoutes } from "./resources/docs/routes.ts";
import { externalRoutes } from "./resources/externalSignIn/routes.ts";
import { identityRoutes } from "./resources/passwords/routes.ts";
import { grantRoutes } from "./resources/grants/routes.ts";
import { keyRoutes } from "./resources/keys/routes.ts";
import { marketRoutes, upgrades } from "./resources/marketData/routes.ts";
import { outboxRoutes } from "./resources/devMail/routes.ts";
import { mfaRoutes } from "./resources/mfa/routes.ts";
import { oauthRoutes } from "./resources/oauth/routes.ts";
import { signOutRoutes } from "./resources/signInPages/signOut.ts";
import { pageRoutes } from "./resources/signInPages/routes.ts";
import { orderRoutes } from "./resources/orders/routes.ts";
import { sessionRoutes } from "./resources/sessions/routes.ts";
import { positionRoutes } from "./resources/positions/routes.ts";
import { privacyRoutes } from "./resources/privacy/routes.ts";
import { symbolRoutes } from "./resources/markets/routes.ts";
import { withdrawalRoutes } from "./resources/withdrawals/routes.ts";
import { systemRoutes } from "./resources/system/routes.ts";
import { userRoutes } from "./resources/users/routes.ts";

/** The HTTP front door: who is calling, then the one small app of the resource. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ getPath: pathOf });
  app.onError((thrown, c) => (isNoPage(thrown, c) ? notFoundPage(c) : answerFault(thrown, c)));
  app.notFound((c) => (goesAstray(c) ? notFoundPage(c) : answerError(c, { reason: "endpoint_not_found" })));
  app.use(requestLog, cors, rateLimit, upgrades);
  app.route("/", systemRoutes);
  app.route("/", docsRoutes);
  app.route("/", identityRoutes);
  app.route("/", keyRoutes);
  app.route("/", mfaRoutes);
  app.route("/", grantRoutes);
  app.route("/", sessionRoutes);
  app.route("/", externalRoutes);
  app.route("/", oauthRoutes);
  app.route("/", appRoutes);
  const call = async (c: AppContext, request: Request) => app.fetch(request, c.env, c.executionCtx);
  app.route("/", pageRoutes(call));
  app.route("/", accountPageRoutes(call));
  app.route("/", signOutRoutes(call));
  app.route("/", outboxRoutes);
  app.route("/", privacyRoutes);
  app.route("/", adminRoutes);
  app.route("/", userRoutes);
  app.route("/", approvalRoutes);
  app.route("/", actorRoutes);
  app.route("/", symbolRoutes);
  app.route("/", marketRoutes);
  app.route("/", auditRoutes);
  app.route("/", orderRoutes);
  app.route("/", accountRoutes);
  app.route("/", positionRoutes);
  app.route("/", assetRoutes);
  app.route("/", withdrawalRoutes);
  return app;
}

/** A page or file that a browser has asked for and that is not there. */
function isNoPage(thrown: Error, c: AppContext): boolean {
  return thrown instanceof ApiFault && thrown.error.reason === "endpoint_not_found" && goesAstray(c);
}

/**
 * The path that is routed by: clients join base URL and path with two slashes, end it with one, or encode the colon of
 * `orders:by_client_order_id`. Segments stay encoded until they are split, so that `BTC%2FUSD` is one.
 */
export function pathOf(request: Request): string {
  const path = new URL(request.url).pathname.replace(/\/{2,}/g, "/").replace(/%3A/gi, ":");
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
