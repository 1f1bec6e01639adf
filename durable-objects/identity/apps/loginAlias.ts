/**
 * The name of a login for apps. A login's route is a digest of its e-mail, by which whoever holds it can find out whether
 * an e-mail that it guesses is the login's. So what apps are given carries a handle: random letters in the form of a
 * route, which name an object that knows the route and passes on what apps ask.
 */
import type { LoginRoute } from "../../../domain/ids.ts";
import { BASE32, randomText, ROUTE_LENGTH } from "../../../protocol/ids/loginRoute.ts";
import { regionOfRoute, routeIn } from "../../../protocol/ids/residency.ts";
import type { LoginAliasRpc } from "../../../protocol/rpc/identity/alias.ts";

/** In a login: its handle. */
const OWN = "handle";
/** In the object of a handle: the route of its login. */
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

  /** The handle of this login, made when it is first asked for. */
  async own(): Promise<string> {
    const { kv, route } = this.#ports;
    let handle = kv.get<string>(OWN);
    if (handle === undefined) {
      handle = routeIn(regionOfRoute(route), randomText(BASE32, ROUTE_LENGTH));
      // First here: a handle that no login knows of would outlive the login.
      kv.put(OWN, handle);
    }
    if (!this.#known) await this.#ports.other(handle).standFor(route);
    this.#known = true;
    return handle;
  }

  /** The handle of this login; null when no app has asked for one. */
  known(): string | null {
    return this.#ports.kv.get<string>(OWN) ?? null;
  }

  /** The route of the login that this object is a handle of; null: it is none. */
  of(): string | null {
    return this.#ports.kv.get<string>(OF) ?? null;
  }

  /** From now on this object is a handle of that login. */
  standFor(route: LoginRoute): void {
    if (route !== this.#ports.route) this.#ports.kv.put(OF, route);
  }

  /** This object is no handle any more. */
  clear(): void {
    this.#ports.kv.delete(OF);
  }

  /** Before the login here is erased. */
  async release(): Promise<void> {
    const handle = this.known();
    if (handle !== null) await this.#ports.other(handle).clear();
  }
}
