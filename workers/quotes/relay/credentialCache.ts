/**
 * Remembers the result of recent authentications, so that many reconnects at a time do not overload a login, and limits
 * guesses.
 */
import type { LoginRoute } from "../../../domain/ids.ts";
import { keepNewest } from "../../../domain/keepNewest.ts";
import type { StreamCredentials } from "../../../protocol/stream/authMessage.ts";
import { digestOfKey } from "../../../protocol/ids/loginRoute.ts";
import { networkOf } from "../../../protocol/http/origin.ts";
import { GuessLimiter } from "./guessLimiter.ts";
import { INVALID_CREDENTIALS_TTL_MS, VALID_CREDENTIALS_TTL_MS, CACHED_CREDENTIALS_MAX } from "./limits.ts";
import { routeOfCredentials } from "./streamAuthentication.ts";
import type { AuthenticationResult } from "./step.ts";

export interface CredentialCachePorts {
  /** Asks the login for the principal of credentials that are used from an address. Rejects when the login is out of reach. */
  verify(credentials: StreamCredentials, ip: string): Promise<AuthenticationResult>;
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
  /** By digest of key id, secret and address, and account, oldest first. */
  readonly #known = new Map<string, CacheEntry>();
  /** Digests of credentials that were right when they were used last. */
  readonly #right = new Map<string, true>();
  readonly #asked = new Map<string, Promise<AuthenticationResult>>();
  readonly #guesses = new GuessLimiter();
  /** Logins that are being asked, with the number of revocations meanwhile. */
  readonly #asking = new Map<string, { asked: number; revoked: number }>();

  constructor(ports: CredentialCachePorts) {
    this.#ports = ports;
  }

  /**
   * Authenticates a key. When the answer to invalid keys comes depends on their network alone, because the time would
   * otherwise reveal whether the login in a key id exists. `limited`: too many other keys of the network were refused,
   * and this one has not been right here before.
   */
  async check(credentials: StreamCredentials, ip: string): Promise<AuthenticationResult> {
    const begun = this.#ports.now();
    const result = await this.#resultOf(credentials, ip);
    if (result !== "wrong" && result !== "limited") return result;
    const now = this.#ports.now();
    const left = begun + this.#guesses.delayOfRefusal(networkOf(ip), now) - now;
    if (left > 0) await this.#ports.wait(left);
    return result;
  }

  async #resultOf(credentials: StreamCredentials, ip: string): Promise<AuthenticationResult> {
    const { keyId, secret, accountId = "" } = credentials;
    const digest = `${await digestOfKey(keyId, secret, ip)}${accountId}`;
    const known = this.#known.get(digest);
    if (known !== undefined && known.until > this.#ports.now()) return known.result;
    const asked = this.#asked.get(digest);
    if (asked !== undefined) return asked;
    const asking = this.#ask(digest, credentials, ip).finally(() => this.#asked.delete(digest));
    this.#asked.set(digest, asking);
    return asking;
  }

  /**
   * A session or key of this login was revoked: forgets its results, and repeats calls under way, which may have been
   * answered before. True when calls are under way.
   */
  revoked(route: LoginRoute): boolean {
    for (const [digest, known] of this.#known) if (known.route === route) this.#known.delete(digest);
    const asking = this.#asking.get(route);
    if (asking !== undefined) asking.revoked++;
    return asking !== undefined;
  }

  async #ask(digest: string, credentials: StreamCredentials, ip: string): Promise<AuthenticationResult> {
    const route = routeOfCredentials(credentials.keyId, credentials.secret);
    const network = networkOf(ip);
    // Who guesses does not lock out the others of his network.
    const isGuess = !this.#right.has(digest);
    if (isGuess && route !== null && !this.#guesses.admits(network, route, this.#ports.now())) return "limited";
    const asking = this.#asking.get(route ?? "") ?? { asked: 0, revoked: 0 };
    asking.asked++;
    this.#asking.set(route ?? "", asking);
    try {
      let result: AuthenticationResult;
      let before: number;
      do {
        before = asking.revoked;
        result = await this.#ports.verify(credentials, ip);
      } while (before !== asking.revoked);
      if (result === "wrong" && route !== null) this.#guesses.guessed(network, route, this.#ports.now());
      const until = this.#ports.now() + (result === "wrong" ? INVALID_CREDENTIALS_TTL_MS : VALID_CREDENTIALS_TTL_MS);
      if (result === "wrong") this.#right.delete(digest);
      else keepNewest(this.#right, digest, true, CACHED_CREDENTIALS_MAX);
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
