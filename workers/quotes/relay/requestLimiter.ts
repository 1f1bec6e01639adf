/**
 * Limits the requests of clients by token buckets: one for each socket, one for each account over its sockets here, and
 * one for each network over its unauthenticated sockets. A frame costs a token, and each call of a book, an account or
 * a login that it causes costs more. A socket's bucket survives hibernation in its attachment. The shared buckets fill
 * up within the time that an object must be idle before it hibernates, so losing them has no effect.
 */
import { isDelivered } from "../../../protocol/stream/channels.ts";
import { keepNewest } from "../../../domain/keepNewest.ts";
import {
  ACCOUNT_TOKENS,
  ENDED_MS,
  OVERDRAFT_MAX,
  NETWORK_TOKENS,
  SHARED_BUCKETS_MAX,
  SOCKET_TOKENS,
} from "./limits.ts";
import { limitOwnerOf, type StreamSession } from "./streamSession.ts";
import type { Effect } from "./step.ts";
import { refilled, type TokenBucket, type TokenRate } from "./tokenBucket.ts";

/** A socket, as the limiter needs it. */
export interface RateLimited {
  readonly session: StreamSession;
  /** Null before its first frame. */
  readonly tokens: TokenBucket | null;
  /** Stores the bucket. */
  setTokens(tokens: TokenBucket): void;
}

/** `refused`: the frame is not handled. `ended`: the socket is closed, because the client ignored the refusals. */
export type Admission = "admitted" | "refused" | "ended";

export class RequestLimiter {
  readonly #shared = new Map<string, TokenBucket>();
  /** When a socket of an account or network was closed last because it ignored refusals. */
  readonly #endedAt = new Map<string, number>();

  /** Takes the cost of a frame from the socket's bucket and from the shared one. A refusal costs the socket a token. */
  take(client: RateLimited, cost: number, now: number): Admission {
    const own = refilled(client.tokens, SOCKET_TOKENS, now);
    const [name, rate] = sharedBucketOf(client.session);
    const shared = name === null ? null : refilled(this.#shared.get(name) ?? null, rate, now);
    const fits = (tokens: TokenBucket, of: TokenRate): boolean => tokens.left >= Math.min(cost, of.burst);
    if (!fits(own, SOCKET_TOKENS) || (shared !== null && !fits(shared, rate))) {
      const left = Math.max(own.left - 1, -OVERDRAFT_MAX);
      client.setTokens({ left, at: now });
      if (left > -OVERDRAFT_MAX) return "refused";
      this.ended(client.session, now);
      return "ended";
    }
    client.setTokens({ left: own.left - cost, at: now });
    if (name !== null && shared !== null) this.#set(name, { left: shared.left - cost, at: now });
    return "admitted";
  }

  /** A socket is closed because its client ignored refusals: the next ones of its account or network wait. */
  ended(session: StreamSession, now: number): void {
    const [name] = sharedBucketOf(session);
    if (name !== null) keepNewest(this.#endedAt, name, now, SHARED_BUCKETS_MAX);
  }

  /** Whether a socket of the account, or of the network before authentication, was closed so a short time ago. */
  hasJustEnded(session: StreamSession, now: number): boolean {
    const [name] = sharedBucketOf(session);
    return name !== null && now - (this.#endedAt.get(name) ?? Number.NEGATIVE_INFINITY) < ENDED_MS;
  }

  /** Charges a cost that was not known when the frame was admitted. The balance may become negative. */
  charge(client: RateLimited, cost: number, now: number): void {
    const owing = (tokens: TokenBucket): TokenBucket => ({
      left: Math.max(tokens.left - cost, 1 - OVERDRAFT_MAX),
      at: now,
    });
    client.setTokens(owing(refilled(client.tokens, SOCKET_TOKENS, now)));
    const [name, rate] = sharedBucketOf(client.session);
    if (name !== null) this.#set(name, owing(refilled(this.#shared.get(name) ?? null, rate, now)));
  }

  /**
   * Restores the shared bucket from a socket that was open before hibernation: what the socket spent, its account or
   * network spent.
   */
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

/** The cost of a step's calls. */
export function costOfEffects(effects: readonly Effect[]): number {
  let cost = 0;
  for (const effect of effects) {
    switch (effect.kind) {
      case "authenticate":
      case "unlisten":
      case "subscribe_account":
        cost += 1;
        break;
      case "subscribe_books":
        cost += effect.backfill.begins.length + RESUMED_SYMBOL * effect.backfill.cursors.length;
        cost += INDICATOR * (effect.indicators ?? 0);
        for (const [, channels] of effect.backfill.begins) {
          cost += SNAPSHOT * channels.filter((channel) => isDelivered(channel, "changes")).length;
        }
        break;
      case "listen":
        cost += LISTEN;
        break;
      case "begin":
      case "flush":
      case "credit":
      case "close":
    }
  }
  return cost;
}

/** A symbol with a cursor causes a subscription and a call for what was missed. */
const RESUMED_SYMBOL = 2;
/** An indicator that begins reads up to 5,000 bars. */
const INDICATOR = 6;
/** A snapshot of a book's depth has up to some 100 KB. */
const SNAPSHOT = 4;
/**
 * A listen subscribes at the account, and takes or releases a lease. Missed updates are charged when their number is
 * known.
 */
const LISTEN = 2;

/** The name is null for an unauthenticated socket of an unknown network. */
function sharedBucketOf(session: StreamSession): [name: string | null, rate: TokenRate] {
  const [counted, network = ""] = [limitOwnerOf(session), session.network];
  if (counted !== null) return [`account/${counted}`, ACCOUNT_TOKENS];
  return [network === "" ? null : `network/${network}`, NETWORK_TOKENS];
}
