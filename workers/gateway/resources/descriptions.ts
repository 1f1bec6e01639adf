/**
 * The descriptions of every resource. Only the documents' generator imports this, so that schemas for documents stay
 * out of the worker's bundle.
 */
import type { Descriptions } from "../operation.ts";
import type { RESOURCES } from "./registry.ts";
import { description as account } from "./account/description.ts";
import { description as accountPages } from "./accountPages/description.ts";
import { description as accountSettings } from "./accountSettings/description.ts";
import { description as activities } from "./activities/description.ts";
import { description as actors } from "./actors/description.ts";
import { description as adminLog } from "./adminLog/description.ts";
import { description as approvals } from "./approvals/description.ts";
import { description as apps } from "./apps/description.ts";
import { description as assets } from "./assets/description.ts";
import { description as audit } from "./audit/description.ts";
import { description as bootstrap } from "./bootstrap/description.ts";
import { description as calendar } from "./calendar/description.ts";
import { description as demo } from "./demo/description.ts";
import { description as deposits } from "./deposits/description.ts";
import { description as devMail } from "./devMail/description.ts";
import { description as docs } from "./docs/description.ts";
import { description as externalSignIn } from "./externalSignIn/description.ts";
import { description as accounts } from "./accounts/description.ts";
import { description as feeds } from "./feeds/description.ts";
import { description as feePlans } from "./feePlans/description.ts";
import { description as plans } from "./plans/description.ts";
import { description as grants } from "./grants/description.ts";
import { description as history } from "./history/description.ts";
import { description as sealedHistory } from "./sealedHistory/description.ts";
import { description as houseFees } from "./houseFees/description.ts";
import { description as keys } from "./keys/description.ts";
import { description as marketData } from "./marketData/description.ts";
import { description as marketOverview } from "./marketOverview/description.ts";
import { description as instruments } from "./instruments/description.ts";
import { description as markets } from "./markets/description.ts";
import { description as mfa } from "./mfa/description.ts";
import { description as oauth } from "./oauth/description.ts";
import { description as orders } from "./orders/description.ts";
import { description as ownTransfers } from "./ownTransfers/description.ts";
import { description as passwords } from "./passwords/description.ts";
import { description as portfolio } from "./portfolio/description.ts";
import { description as positions } from "./positions/description.ts";
import { description as privacy } from "./privacy/description.ts";
import { description as profile } from "./profile/description.ts";
import { description as sessions } from "./sessions/description.ts";
import { description as signInPages } from "./signInPages/description.ts";
import { description as statements } from "./statements/description.ts";
import { description as streams } from "./streams/description.ts";
import { description as system } from "./system/description.ts";
import { description as terminal } from "./terminal/description.ts";
import { description as taxLots } from "./taxLots/description.ts";
import { description as users } from "./users/description.ts";
import { description as vaults } from "./vaults/description.ts";
import { description as corporateActions } from "./corporateActions/description.ts";
import { description as wallets } from "./wallets/description.ts";
import { description as watchlists } from "./watchlists/description.ts";
import { description as withdrawals } from "./withdrawals/description.ts";
import { description as workspaces } from "./workspaces/description.ts";

type Registered = (typeof RESOURCES)[number];

/** By resource name. A resource without descriptions does not compile. */
export const DESCRIPTIONS: { readonly [R in Registered as R["name"]]: Descriptions<R["access"]> } = {
  orders,
  account,
  accountSettings,
  activities,
  taxLots,
  statements,
  positions,
  watchlists,
  portfolio,
  wallets,
  corporateActions,
  withdrawals,
  assets,
  calendar,
  marketData,
  marketOverview,
  streams,
  ownTransfers,
  passwords,
  mfa,
  externalSignIn,
  demo,
  sessions,
  profile,
  keys,
  accounts,
  feeds,
  feePlans,
  plans,
  houseFees,
  history,
  grants,
  apps,
  oauth,
  privacy,
  accountPages,
  signInPages,
  devMail,
  docs,
  system,
  terminal,
  bootstrap,
  users,
  approvals,
  adminLog,
  deposits,
  instruments,
  markets,
  actors,
  vaults,
  audit,
  sealedHistory,
  workspaces,
};
