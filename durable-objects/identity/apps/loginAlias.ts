/**
 * An alias of a login's route, for apps. A route is a digest of the e-mail: whoever has it can test whether a guessed
 * e-mail is the login's. Apps therefore get an alias, random text in the form of a route. It names an object that
 * stores the route and passes the calls of apps on to the login.
 */
import type { LoginRoute } from "../../../domain/ids.ts";
import { BASE32, randomText, ROUTE_LENGTH } from "../../../protocol/ids/loginRoute.ts";
import { regionOfRoute, routeIn } from "../../../protocol/ids/residency.ts";
import type { LoginAliasRpc } from "../../../protocol/rpc/identity/alias.ts";

/** In a login: its alias. */
const OWN = "handle";
/** In the object of an alias: the route of its login. */
const OF = "handle_of";

export interface LoginAliasPorts {
  /** The name of this object. */
  readonly route: LoginRoute;
  readonly kv: {
    get<T>(key: string): T | undefined;
    put<T>(key: string, value: T): void;
    delete(key: string): unknown;
  };
  /** The object of this name. */
  other(name: string): LoginAliasRpc;
}

export class LoginAlias {
  readonly #ports: LoginAliasPorts;
  #known = false;

  constructor(ports: LoginAliasPorts) {
    this.#ports = ports;
  }

  /** The alias of this login, created at the first call. */
  async own(): Promise<string> {
    const { kv, route } = this.#ports;
    let alias = kv.get<string>(OWN);
    if (alias === undefined) {
      alias = routeIn(regionOfRoute(route), randomText(BASE32, ROUTE_LENGTH));
      // Stored first: an alias that its login does not know would never be erased.
      kv.put(OWN, alias);
    }
    if (!this.#known) await this.#ports.other(alias).standFor(route);
    this.#known = true;
    return alias;
  }

  /** The alias of this login; null when no app has needed one. */
  known(): string | null {
    return this.#ports.kv.get<string>(OWN) ?? null;
  }

  /** The route of the login that this object is an alias of; null: it is none. */
  of(): string | null {
    return this.#ports.kv.get<string>(OF) ?? null;
  }

  /** Makes this object an alias of that login. */
  standFor(route: LoginRoute): void {
    if (route !== this.#ports.route) this.#ports.kv.put(OF, route);
  }

  /** This object is no longer an alias. */
  clear(): void {
    this.#ports.kv.delete(OF);
  }

  /** To be called before the login is erased. */
  async release(): Promise<void> {
    const alias = this.known();
    if (alias !== null) await this.#ports.other(alias).clear();
  }
}
