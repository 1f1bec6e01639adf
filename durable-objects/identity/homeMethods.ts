import type { HomeRpc } from "../../protocol/rpc/identity/region.ts";
import type { Home } from "./home.ts";
import { OAuthMethods } from "./apps/oauthMethods.ts";

/** What a login's object answers about the region of an e-mail: one line for each. */
export abstract class HomeMethods extends OAuthMethods implements HomeRpc {
  protected abstract readonly residence: Home;

  async home() {
    return this.residence.region();
  }

  async leaveHome(region: "eu") {
    return this.residence.leave(region);
  }

  async forgetHome() {
    this.residence.forget();
  }
}
