import { Hono } from "hono";
import { ApiFault } from "../../protocol/fault.ts";
import { goesAstray, notFoundPage } from "./pages/notFoundPage.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { answerError, answerFault } from "./faults.ts";
import { access } from "./middleware/access.ts";
import { cors } from "./middleware/cors.ts";
import { limits } from "./middleware/limits.ts";
import { appRoutes } from "./routes/apps.ts";
import { accountPageRoutes } from "./routes/accountPages.ts";
import { accountRoutes } from "./routes/account.ts";
import { actorRoutes } from "./routes/actors.ts";
import { adminRoutes } from "./routes/admin.ts";
import { approvalRoutes } from "./routes/approvals.ts";
import { assetRoutes } from "./routes/assets.ts";
import { auditRoutes } from "./routes/audit.ts";
import { docsRoutes } from "./routes/docs.ts";
import { externalRoutes } from "./routes/external.ts";
import { identityRoutes } from "./routes/identity.ts";
import { grantRoutes } from "./routes/grants.ts";
import { keyRoutes } from "./routes/keys.ts";
import { marketRoutes, upgrades } from "./routes/market.ts";
import { outboxRoutes } from "./routes/outbox.ts";
import { mfaRoutes } from "./routes/mfa.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { signOutRoutes } from "./routes/signOut.ts";
import { pageRoutes } from "./routes/pages.ts";
import { orderRoutes } from "./routes/orders.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { positionRoutes } from "./routes/positions.ts";
import { privacyRoutes } from "./routes/privacy.ts";
import { symbolRoutes } from "./routes/symbols.ts";
import { withdrawalRoutes } from "./routes/withdrawals.ts";
import { systemRoutes } from "./routes/system.ts";
import { userRoutes } from "./routes/users.ts";

/** The HTTP front door: who is calling, then the one small app of the resource. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ getPath: pathOf });
  app.onError((thrown, c) => (isNoPage(thrown, c) ? notFoundPage(c) : answerFault(thrown, c)));
  app.notFound((c) => (goesAstray(c) ? notFoundPage(c) : answerError(c, { reason: "endpoint_not_found" })));
  app.use(access, cors, limits, upgrades);
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
