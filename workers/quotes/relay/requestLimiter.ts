/**
 * How much clients may ask of a relay: token buckets of each socket, of each account over all its sockets here, and of
 * each network over its sockets that have not authenticated. A frame costs a token, and each call of a book, an account or
 * a login that it causes costs more. A socket's bucket is kept with it, so that it survives hibernation; the shared ones
 * fill up within the time that an object must be idle before it hibernates, so a relay that slept gives nothing away.
 */
import { keepNewest } from "../../../domain/keepNewest.ts";
import {
  ACCOUNT_TOKENS,
  OVERDRAFT_MAX,
  NETWORK_TOKENS,
  SHARED_BUCKETS_MAX,
  SOCKET_TOKENS,
  type TokenRate,
} from "./limits.ts";
import { limitOwnerOf, type StreamSession } from "./streamSession.ts";
import type { Effect } from "./session.ts";

/** Tokens that there were at a time; below zero while somebody goes on although it was refused. */
export interface TokenBucket {
  readonly left: number;
  readonly at: number;
}

/** A socket as its traffic is counted. */
export interface RateLimited {
  readonly session: StreamSession;
  /** Null before its first frame. */
  readonly tokens: TokenBucket | null;
  /** Takes note of what is left. */
  setTokens(tokens: TokenBucket): void;
}

/** `refused`: the frame is not handled; `ended`: nor is any other, because the client did not stop when it was told so. */
export type Admission = "admitted" | "refused" | "ended";

export class RequestLimiter {
  readonly #shared = new Map<string, TokenBucket>();

  /** Takes what a frame costs from its socket and from those that it shares with; from the socket a token even if refused. */
  take(client: RateLimited, cost: number, now: number): Admission {
    const own = refilled(client.tokens, SOCKET_TOKENS, now);
    const [name, rate] = sharedBucketOf(client.session);
    const shared = name === null ? null : refilled(this.#shared.get(name) ?? null, rate, now);
    const fits = (tokens: TokenBucket, of: TokenRate): boolean => tokens.left >= Math.min(cost, of.burst);
    if (!fits(own, SOCKET_TOKENS) || (shared !== null && !fits(shared, rate))) {
      const left = Math.max(own.left - 1, -OVERDRAFT_MAX);
      client.setTokens({ left, at: now });
      return left <= -OVERDRAFT_MAX ? "ended" : "refused";
    }
    client.setTokens({ left: own.left - cost, at: now });
    if (name !== null && shared !== null) this.#set(name, { left: shared.left - cost, at: now });
    return "admitted";
  }

  /** Charges what a frame has caused that could not be known before: what is not there is owed. */
  charge(client: RateLimited, cost: number, now: number): void {
    const owing = (tokens: TokenBucket): TokenBucket => ({
      left: Math.max(tokens.left - cost, 1 - OVERDRAFT_MAX),
      at: now,
    });
    client.setTokens(owing(refilled(client.tokens, SOCKET_TOKENS, now)));
    const [name, rate] = sharedBucketOf(client.session);
    if (name !== null) this.#set(name, owing(refilled(this.#shared.get(name) ?? null, rate, now)));
  }

  /** A socket that was there before this object woke: what it has spent lately, its account or network has spent. */
  restore({ session, tokens }: RateLimited, now: number): void {
    const [name, rate] = sharedBucketOf(session);
    if (name === null || tokens === null) return;
    const spent = SOCKET_TOKENS.burst - Math.max(0, refilled(tokens, SOCKET_TOKENS, now).left);
    if (spent === 0) return;
    const { left } = refilled(this.#shared.get(name) ?? null, rate, now);
    this.#set(name, { left: Math.max(0, left - spent), at: now });
  }

  #set(name: string, tokens: TokenBucket): void {
    keepNewest(this.#shared, name, tokens, SHARED_BUCKETS_MAX);
  }
}

/** What a step costs beyond its frame: the calls that it causes. */
export function costOfEffects(effects: readonly Effect[]): number {
  let cost = 0;
  for (const effect of effects) {
    switch (effect.kind) {
      case "authenticate":
      case "unlisten":
        cost += 1;
        break;
      case "subscribe_books":
        cost += effect.join.begins.length + RESUMED_SYMBOL * effect.join.cursors.length;
        break;
      case "listen":
        cost += LISTEN;
        break;
      case "flush":
      case "close":
    }
  }
  return cost;
}

/** A symbol with a cursor is followed, and what it missed is asked for. */
const RESUMED_SYMBOL = 2;
/** A listen subscribes at the account, and takes or gives up a lease there. What it missed is charged when that is known. */
const LISTEN = 2;

function refilled(tokens: TokenBucket | null, { burst, perSecond }: TokenRate, now: number): TokenBucket {
  if (tokens === null) return { left: burst, at: now };
  // A clock that went back gives nothing.
  const elapsed = Math.max(0, now - tokens.at);
  return { left: Math.min(burst, tokens.left + (elapsed * perSecond) / 1_000), at: now };
}

/** Null when nobody knows where a socket comes from that has not authenticated. */
function sharedBucketOf(session: StreamSession): [name: string | null, rate: TokenRate] {
  const [counted, network = ""] = [limitOwnerOf(session), session.network];
  if (counted !== null) return [`account/${counted}`, ACCOUNT_TOKENS];
  return [network === "" ? null : `network/${network}`, NETWORK_TOKENS];
}
