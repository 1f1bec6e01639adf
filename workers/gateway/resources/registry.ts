/**
 * Every resource of the API, once. The app, the access table and docs/openapi.json are made of this list. A resource is a
 * folder beside this file: access.ts has its rules, routes.ts its handlers, description.ts what the documents say of it.
 */
import type { MethodRules } from "../accessRule.ts";
import { accountResource } from "./account/routes.ts";
import { accountsResource } from "./accounts/routes.ts";
import { accountPagesResource } from "./accountPages/routes.ts";
import { accountSettingsResource } from "./accountSettings/routes.ts";
import { activitiesResource } from "./activities/routes.ts";
import { actorsResource } from "./actors/routes.ts";
import { adminLogResource } from "./adminLog/routes.ts";
import { approvalsResource } from "./approvals/routes.ts";
import { appsResource } from "./apps/routes.ts";
import { assetsResource } from "./assets/routes.ts";
import { auditResource } from "./audit/routes.ts";
import { bootstrapResource } from "./bootstrap/routes.ts";
import { calendarResource } from "./calendar/routes.ts";
import { demoResource } from "./demo/routes.ts";
import { depositsResource } from "./deposits/routes.ts";
import { devMailResource } from "./devMail/routes.ts";
import { docsResource } from "./docs/routes.ts";
import { externalSignInResource } from "./externalSignIn/routes.ts";
import { feedsResource } from "./feeds/routes.ts";
import { feePlansResource } from "./feePlans/routes.ts";
import { plansResource } from "./plans/routes.ts";
import { grantsResource } from "./grants/routes.ts";
import { historyResource } from "./history/routes.ts";
import { houseFeesResource } from "./houseFees/routes.ts";
import { instrumentsResource } from "./instruments/routes.ts";
import { keysResource } from "./keys/routes.ts";
import { marketDataResource } from "./marketData/routes.ts";
import { marketOverviewResource } from "./marketOverview/routes.ts";
import { marketsResource } from "./markets/routes.ts";
import { mfaResource } from "./mfa/routes.ts";
import { oauthResource } from "./oauth/routes.ts";
import { ordersResource } from "./orders/routes.ts";
import { ownTransfersResource } from "./ownTransfers/routes.ts";
import { passwordsResource } from "./passwords/routes.ts";
import { portfolioResource } from "./portfolio/routes.ts";
import { positionsResource } from "./positions/routes.ts";
import { privacyResource } from "./privacy/routes.ts";
import { profileResource } from "./profile/routes.ts";
import { sealedHistoryResource } from "./sealedHistory/routes.ts";
import { sessionsResource } from "./sessions/routes.ts";
import { signInPagesResource } from "./signInPages/routes.ts";
import { statementsResource } from "./statements/routes.ts";
import { streamsResource } from "./streams/routes.ts";
import { systemResource } from "./system/routes.ts";
import { terminalResource } from "./terminal/routes.ts";
import { taxLotsResource } from "./taxLots/routes.ts";
import { usersResource } from "./users/routes.ts";
import { vaultsResource } from "./vaults/routes.ts";
import { corporateActionsResource } from "./corporateActions/routes.ts";
import { walletsResource } from "./wallets/routes.ts";
import { watchlistsResource } from "./watchlists/routes.ts";
import { withdrawalsResource } from "./withdrawals/routes.ts";
import { workspacesResource } from "./workspaces/routes.ts";

export const RESOURCES = [
  ordersResource,
  accountResource,
  accountSettingsResource,
  activitiesResource,
  taxLotsResource,
  statementsResource,
  positionsResource,
  watchlistsResource,
  portfolioResource,
  walletsResource,
  corporateActionsResource,
  withdrawalsResource,
  ownTransfersResource,
  assetsResource,
  calendarResource,
  // Before the routes of coins, whose wildcard includes a stream.
  streamsResource,
  marketDataResource,
  marketOverviewResource,
  passwordsResource,
  mfaResource,
  externalSignInResource,
  demoResource,
  sessionsResource,
  profileResource,
  workspacesResource,
  keysResource,
  accountsResource,
  grantsResource,
  appsResource,
  oauthResource,
  privacyResource,
  accountPagesResource,
  signInPagesResource,
  devMailResource,
  docsResource,
  systemResource,
  terminalResource,
  bootstrapResource,
  usersResource,
  feedsResource,
  feePlansResource,
  plansResource,
  houseFeesResource,
  approvalsResource,
  adminLogResource,
  depositsResource,
  instrumentsResource,
  marketsResource,
  historyResource,
  actorsResource,
  vaultsResource,
  auditResource,
  sealedHistoryResource,
] as const;

type Registered = (typeof RESOURCES)[number];

/** Every path of the app. */
export type Path = { [R in Registered as R["name"]]: keyof R["access"] & string }[Registered["name"]];

/**
 * The access table: who may call which method of which path. protocol/stream/permissions.ts has the rules of streams.
 */
export const ACCESS = Object.assign({}, ...RESOURCES.map(({ access }) => access)) as Readonly<
  Record<Path, MethodRules>
>;
