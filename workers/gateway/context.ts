/** The request context: bindings, caller and variables that every part of the gateway uses. */
import type { LoginRoute } from "../../domain/ids.ts";
import type { Context } from "hono";
import type { ObjectsOfGateway } from "../../durable-objects/actor/namespaces.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Audience } from "../../protocol/errors/shortage.ts";
import { originOf as originOfHeaders } from "../../protocol/http/origin.ts";
import type { RateLimitStatus } from "../../domain/rateLimit.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { ORDER_WAY_MS_MAX } from "../../protocol/rpc/orderDeadline.ts";
import type { EdgeBindings } from "./limits/edgeBindings.ts";

/** The bindings the gateway uses; the generated GatewayEnv has them all. */
export type Bindings = ObjectsOfGateway &
  EdgeBindings & {
    /** The files of workers/gateway/site; not on every runtime. */
    readonly SITE?: { fetch(request: Request): Promise<Response> };
    readonly QUOTES: { fetch(request: Request): Promise<Response> };
    /** JWK set text of the P-256 keys of access tokens: the first signs, all verify. */
    readonly JWT_KEYS: string;
    /** Other providers to sign in with (oauth/providers.ts). */
    readonly OIDC_PROVIDERS: string;
    /** The secret of POST /v1/admin/bootstrap, which makes the first administrator. */
    readonly BOOTSTRAP_SECRET: string;
    /** "off": one administrator is enough for a deposit or a change of a user; otherwise a second one must approve. */
    readonly FOUR_EYES: string;
    /** "on": visitors may begin a demo (resources/demo). */
    readonly DEMO_ACCOUNTS?: string;
    /** "outbox": mail is shown at /dev/outbox instead of sent. */
    readonly MAILER: string;
    /** The contact for security reports: a "mailto:" or "https:" address; empty: no security.txt. */
    readonly SECURITY_CONTACT?: string;
    /** Origins whose pages may call the API, separated by commas or spaces; none by default. */
    readonly CORS_ORIGINS: string;
    /** The public origin of the exchange (publicOrigin.ts). */
    readonly PUBLIC_URL: string;
    /** The name of the calendar that shares trade by. */
    readonly MARKET_CALENDAR: string;
  };

/** The authenticated caller of a request. */
export interface Caller {
  readonly principal: Principal;
  /** Names the login's object. */
  readonly route: LoginRoute;
  /** The kind of credential: a session of a person, an API key, or an app that a person has authorized. */
  readonly proof: "session" | "key" | "app";
  /** Id of that session or key. */
  readonly credential: string;
  /** A digest of it, by which log lines name it: a key id has a digest of an e-mail in it, which no log is to keep. */
  readonly credentialDigest: string;
  /** When the person last authenticated, epoch milliseconds; null for keys and apps. */
  readonly steppedUpAt: number | null;
  /** The CSRF token of a session: requests with its cookies must repeat it in a header. */
  readonly csrfToken?: string;
}

export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    requestId: string;
    /** When the request arrived, epoch milliseconds. */
    receivedAt: number;
    /** Set by middleware/authorize.ts on every route that is not public. */
    caller: Caller;
    /** The caller, for the record of what it asks for. Set with it, unless an earlier release of its login does not say. */
    actor: Actor;
    /** The state of the rate limit that counted the request last. */
    rate: Pick<RateLimitStatus, "limit" | "remaining" | "resetAt">;
    /** What clientInfoOf gives: computed once. */
    clientInfo: Origin;
    /** The response that commonHeaders.ts made with all of its headers. */
    whole: Response;
    /** The cache key of the API key in the headers: computed once, used twice. */
    keyDigest: string;
    /** The account has taken a rate-limit token for this request. */
    metered: boolean;
    /** How long the account took, ms. */
    accountMs: number;
    /** Calls the API itself: pages are a client of it, with all of its limits. */
    callApi: (request: Request) => Promise<Response>;
  };
}

export type AppContext = Context<AppEnv>;

/** The caller on a route that may be public; undefined for an anonymous one. */
export function callerIfAny(c: AppContext): Caller | undefined {
  return c.get("caller");
}

/** The client's address, user agent and request id, for the audit record. */
export function clientInfoOf(c: AppContext): Origin {
  const known = c.get("clientInfo");
  if (known !== undefined) return known;
  const info = originOfHeaders(c.req.raw.headers, c.get("requestId"));
  c.set("clientInfo", info);
  return info;
}

/** The same with who acts: for what an account records of requests that are not its client's. */
export function actorInfoOf(c: AppContext): Origin {
  const actor = actorIfAny(c);
  return actor === undefined ? clientInfoOf(c) : { ...clientInfoOf(c), actor };
}

/** Who acts, on routes that may be called by anybody. */
export function actorIfAny(c: AppContext): Actor | undefined {
  return c.get("actor");
}

/** The deadline for placing an order of this request, epoch milliseconds. */
export function orderDeadlineOf(c: AppContext): number {
  return c.get("receivedAt") + ORDER_WAY_MS_MAX;
}

/** ccxt identifies itself in a header and expects other messages for some errors. */
export function audienceOf(c: AppContext): Audience {
  return c.req.header("APCA-PARTNER-ID") === "ccxt" ? "ccxt" : "alpaca";
}
