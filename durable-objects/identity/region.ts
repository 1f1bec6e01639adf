/**
 * The region of a login. The object of the e-mail's plain route is asked first; of a login in another region it stores
 * only the region.
 */
import type { LoginRoute } from "../../domain/ids.ts";
import type { Region } from "../../protocol/ids/region.ts";
import type { LoginRegionRpc } from "../../protocol/rpc/identity/region.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { regionOfRoute } from "../../protocol/ids/residency.ts";
import type { Profile } from "./profile.ts";

const KEY = "home";

export interface LoginRegionPorts {
  /** The name of this object. */
  readonly route: LoginRoute;
  readonly kv: {
    get<T>(key: string): T | undefined;
    put<T>(key: string, value: T): void;
    delete(key: string): unknown;
  };
  /** The object of another route. */
  other(route: LoginRoute): LoginRegionRpc;
}

export class LoginRegion {
  readonly #profile: Profile;
  readonly #ports: LoginRegionPorts;

  constructor(profile: Profile, ports: LoginRegionPorts) {
    this.#profile = profile;
    this.#ports = ports;
  }

  current(): Region | null {
    const elsewhere = this.#ports.kv.get<Region>(KEY);
    return elsewhere ?? (this.#isVerified() ? regionOfRoute(this.#ports.route) : null);
  }

  /** Stores the region of a login elsewhere, unless the login is here. Pending sign-ups are dropped. */
  moveTo(region: "eu"): boolean {
    if (this.#isVerified()) return false;
    if (this.#profile.login() !== null) this.#profile.remove();
    this.#ports.kv.put(KEY, region);
    return true;
  }

  clear(): void {
    this.#ports.kv.delete(KEY);
  }

  /**
   * Reserves the e-mail for a login here; false when it has one elsewhere. The plain route's object decides, so there
   * is one login in all regions.
   */
  async reserve(email: string): Promise<boolean> {
    if (regionOfRoute(this.#ports.route) === "world") return this.#ports.kv.get(KEY) === undefined;
    return this.#ports.other(await routeOfEmail(email)).moveTo("eu");
  }

  /** To be called before the login here is erased. */
  async release(): Promise<void> {
    if (regionOfRoute(this.#ports.route) === "world") return;
    await this.#ports.other(await routeOfEmail(this.#profile.email())).clear();
  }

  #isVerified(): boolean {
    return (this.#profile.login()?.verifiedAt ?? null) !== null;
  }
}
