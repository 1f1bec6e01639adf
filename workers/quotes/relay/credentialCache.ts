/** Keys that were checked a moment ago, right or wrong, so that a storm of reconnects is not a storm on a login. */
import type { LoginRoute } from "../../../domain/ids.ts";
import { keepNewest } from "../../../domain/keepNewest.ts";
import { digestOfKey } from "../../../protocol/ids/loginRoute.ts";
import {
  AUTHENTICATION_FAILURE_DELAY_MS,
  INVALID_CREDENTIALS_TTL_MS,
  VALID_CREDENTIALS_TTL_MS,
  CACHED_CREDENTIALS_MAX,
} from "./limits.ts";
import { routeOfCredentials } from "./streamAuthentication.ts";
import type { AuthenticationResult } from "./session.ts";

export interface CredentialCachePorts {
  /** Asks who a key stands for when it comes from an address; rejects when that cannot be found out. */
  verify(keyId: string, secret: string, ip: string): Promise<AuthenticationResult>;
  failed(error: unknown): void;
  now(): number;
  wait(ms: number): Promise<void>;
}

interface CacheEntry {
  readonly route: LoginRoute | null;
  readonly result: AuthenticationResult;
  readonly until: number;
}

export class CredentialCache {
  readonly #ports: CredentialCachePorts;
  /** By digest of key id, secret and address, in the order of the checks. */
  readonly #known = new Map<string, CacheEntry>();
  readonly #asked = new Map<string, Promise<AuthenticationResult>>();
  /** Logins that are being asked, with how often something of them was revoked meanwhile. */
  readonly #asking = new Map<string, { asked: number; revoked: number }>();

  constructor(ports: CredentialCachePorts) {
    this.#ports = ports;
  }

  /**
   * Who a key stands for. Wrong ones are answered late, however long their login took: a key id of one's own making names
   * the login that is asked, and the time would tell whether there is one.
   */
  async check(keyId: string, secret: string, ip: string): Promise<AuthenticationResult> {
    const digest = await digestOfKey(keyId, secret, ip);
    const known = this.#known.get(digest);
    if (known !== undefined && known.until > this.#ports.now()) {
      if (known.result === "wrong") await this.#ports.wait(AUTHENTICATION_FAILURE_DELAY_MS);
      return known.result;
    }
    const asked = this.#asked.get(digest);
    if (asked !== undefined) return asked;
    const asking = this.#askWithDelay(digest, keyId, secret, ip).finally(() => this.#asked.delete(digest));
    this.#asked.set(digest, asking);
    return asking;
  }

  /**
   * Something of this login is over: what is remembered of it does not count, and what is being asked is asked again,
   * because the answer may be from before. True when anything is being asked.
   */
  revoked(route: LoginRoute): boolean {
    for (const [digest, known] of this.#known) if (known.route === route) this.#known.delete(digest);
    const asking = this.#asking.get(route);
    if (asking !== undefined) asking.revoked++;
    return asking !== undefined;
  }

  async #askWithDelay(digest: string, keyId: string, secret: string, ip: string): Promise<AuthenticationResult> {
    const begun = this.#ports.now();
    const result = await this.#ask(digest, keyId, secret, ip);
    const left = begun + AUTHENTICATION_FAILURE_DELAY_MS - this.#ports.now();
    if (result === "wrong" && left > 0) await this.#ports.wait(left);
    return result;
  }

  async #ask(digest: string, keyId: string, secret: string, ip: string): Promise<AuthenticationResult> {
    const route = routeOfCredentials(keyId, secret);
    const asking = this.#asking.get(route ?? "") ?? { asked: 0, revoked: 0 };
    asking.asked++;
    this.#asking.set(route ?? "", asking);
    try {
      let result: AuthenticationResult;
      let before: number;
      do {
        before = asking.revoked;
        result = await this.#ports.verify(keyId, secret, ip);
      } while (before !== asking.revoked);
      const until = this.#ports.now() + (result === "wrong" ? INVALID_CREDENTIALS_TTL_MS : VALID_CREDENTIALS_TTL_MS);
      keepNewest(this.#known, digest, { route, result, until }, CACHED_CREDENTIALS_MAX);
      return result;
    } catch (error) {
      this.#ports.failed(error);
      return "unavailable";
    } finally {
      if (--asking.asked === 0) this.#asking.delete(route ?? "");
    }
  }
}
