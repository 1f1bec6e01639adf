import type { HomeRpc } from "../../protocol/rpc/identity/region.ts";
import type { LoginRegion } from "./region.ts";
import { OAuthMethods } from "./apps/oauthMethods.ts";

/** What a login's object answers about the region of an e-mail: one line for each. */
export abstract class HomeMethods extends OAuthMethods implements HomeRpc {
  protected abstract readonly residence: LoginRegion;

  async home() {
    return this.residence.region();
  }

  async leaveHome(region: "eu") {
    return this.residence.moveTo(region);
  }

  async forgetHome() {
    this.residence.clear();
  }
}
