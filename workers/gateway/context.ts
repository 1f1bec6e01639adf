/** What every part of the gateway knows of a request. */
import type { Context } from "hono";
import type {
  accountObject,
  approvalsObject,
  auditShardObject,
  directoryObject,
  identityObject,
  oauthAppObject,
  orderBookObject,
  devMailboxObject,
  throttleObject,
  transfersObject,
} from "../../durable-objects/actor/namespaces.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Audience } from "../../protocol/errors/catalogue.ts";
import { originOf as originOfHeaders } from "../../protocol/http/origin.ts";
import type { RateLimitStatus } from "../../domain/rateLimit.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { EdgeBindings } from "./limits/edgeBindings.ts";

/** The bindings the gateway uses; the generated GatewayEnv has them all. */
export type Bindings = Parameters<typeof accountObject>[0] &
  Parameters<typeof auditShardObject>[0] &
  Parameters<typeof identityObject>[0] &
  Parameters<typeof oauthAppObject>[0] &
  Parameters<typeof orderBookObject>[0] &
  EdgeBindings &
  Parameters<typeof throttleObject>[0] &
  Parameters<typeof devMailboxObject>[0] &
  Parameters<typeof directoryObject>[0] &
  Parameters<typeof transfersObject>[0] &
  Parameters<typeof approvalsObject>[0] & {
    /** The files of workers/gateway/site; not on every runtime. */
    readonly SITE?: { fetch(request: Request): Promise<Response> };
    readonly QUOTES: { fetch(request: Request): Promise<Response> };
    /** JWK set text of the P-256 keys of access tokens: the first signs, all verify. */
    readonly JWT_KEYS: string;
    /** Other providers to sign in with (oauth/providers.ts). */
    readonly OIDC_PROVIDERS: string;
    /** Opens the making of the first administrator. */
    readonly BOOTSTRAP_SECRET: string;
    /** "off": one administrator books a deposit; otherwise a second one must approve it. */
    readonly FOUR_EYES: string;
    /** "outbox": mail is shown at /dev/outbox instead of sent. */
    readonly MAILER: string;
    /** Whom to tell of a weakness: a "mailto:" or "https:" address; empty: nobody is named. */
    readonly SECURITY_CONTACT?: string;
    /** Other sites whose pages may call, separated by commas or spaces; none by default. */
    readonly CORS_ORIGINS: string;
    /** Where persons reach the exchange: an origin (publicOrigin.ts). */
    readonly PUBLIC_URL: string;
    /** When shares trade: a name of the market's calendars. */
    readonly MARKET_CALENDAR: string;
  };

/** Who calls, and the login behind it. */
export interface Caller {
  readonly principal: Principal;
  /** Names the login's object. */
  readonly route: string;
  /** A person who has signed in, an API key, or an app that a person has let in. */
  readonly proof: "session" | "key" | "app";
  /** Id of that session or key. */
  readonly credential: string;
  /** A digest of it, by which log lines name it: a key id has a digest of an e-mail in it, which no log is to keep. */
  readonly credentialDigest: string;
  /** When the person last proved who it is, epoch milliseconds; null for keys and apps. */
  readonly steppedUpAt: number | null;
  /** Of sessions: what requests with their cookies must repeat in a header. */
  readonly csrfToken?: string;
}

export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    requestId: string;
    /** When the request came in, epoch milliseconds. */
    receivedAt: number;
    /** Set by the guard, so on every route that is not open to anyone. */
    caller: Caller;
    /** The caller, for the record of what it asks for. Set with it, unless an earlier release of its login does not say. */
    actor: Actor;
    /** Where the caller stands with the limit that counted the request last. */
    rate: Pick<RateLimitStatus, "limit" | "remaining" | "resetAt">;
    /** Of the key in the request's own headers: made once, asked for twice. */
    keyDigest: string;
    /** The account has taken a rate-limit token for this request. */
    metered: boolean;
    /** Calls the API itself: pages are a client of it, with all of its limits. */
    callApi: (request: Request) => Promise<Response>;
  };
}

export type AppContext = Context<AppEnv>;

/** Who calls, on routes that may be called by anybody. */
export function callerIfAny(c: AppContext): Caller | undefined {
  return c.get("caller");
}

/** Where the request came from, for the audit record. */
export function clientInfoOf(c: AppContext): Origin {
  return originOfHeaders(c.req.raw.headers, c.var.requestId);
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

/**
 * How long an order may take from here to its account. Later it is refused, so that a client that lost the connection
 * and finds no such order knows after this time that there will be none.
 */
const ORDER_WAY_MS_MAX = 10_000;

/** Until when an order of this request may be placed, epoch milliseconds. */
export function orderDeadlineOf(c: AppContext): number {
  return c.var.receivedAt + ORDER_WAY_MS_MAX;
}

/** ccxt names itself in a header; some of its errors need other words. */
export function audienceOf(c: AppContext): Audience {
  return c.req.header("APCA-PARTNER-ID") === "ccxt" ? "ccxt" : "alpaca";
}
