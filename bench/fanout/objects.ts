/**
 * What the relays need of the exchange, without trading: logins that know every key, and books whose best bid changes
 * at fixed times while a relay listens. Feed, publisher and matching are those of the exchange; nothing is
 * journalled, so the process's CPU time is that of the fan-out.
 */
import { DurableObject, RpcTarget } from "cloudflare:workers";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import { instrumentOf } from "../../domain/market/instruments.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import { BookState } from "../../domain/matching/bookState.ts";
import { initialStatus } from "../../domain/matching/instrumentEntry.ts";
import { applyCommand } from "../../domain/matching/orderBook.ts";
import { RULES } from "../../domain/matching/rules.ts";
import { Publisher } from "../../durable-objects/actor/publisher.ts";
import { MarketFeed, mergePublications, type Publication } from "../../durable-objects/orderbook/feed.ts";
import { linksBy } from "../../durable-objects/orderbook/relayLinks.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { ListedInstruments } from "../../protocol/rpc/instrumentRegistry.ts";
import type { BookSubscribed, MarketSince } from "../../protocol/rpc/orderBook.ts";
import { SYMBOLS } from "./symbols.ts";

interface Env {
  readonly RELAY: DurableObjectNamespace;
  readonly CHANGE_MS: string;
}

const OUT = { report: () => undefined, trade: () => undefined };

/** A book whose best bid changes once in `CHANGE_MS` while anybody listens. */
export class OrderBook extends DurableObject<Env> {
  readonly #state: BookState;
  readonly #publisher: Publisher<Publication>;
  readonly #feed: MarketFeed;
  readonly #changeMs: number;
  #orders = 0;
  #runs = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#changeMs = Number(env.CHANGE_MS);
    const instrument = { ...instrumentOf(SEEDED, "AAPL"), symbol: ctx.id.name ?? "" };
    this.#state = new BookState(instrument, initialStatus(instrument), RULES);
    const links = linksBy(env, (relay) => this.#publisher.lost(relay));
    this.#publisher = new Publisher<Publication>({
      sql: ctx.storage.sql,
      push: (relay, news) => links.push(relay, news.length > 0 ? mergePublications(news) : this.#feed.position()),
      random: Math.random,
      log: (event, fields) => console.log(event, JSON.stringify(fields)),
    });
    this.#feed = new MarketFeed(() => this.#state, {
      listeners: () => this.#publisher.size,
      publish: (publication) => this.#publisher.publish(publication),
      feedPrices: () => null,
      depthWanted: () => new Set(),
      now: () => Date.now(),
      after: (ms, run) => void setTimeout(run, ms),
    });
  }

  subscribe(relay: string, epoch: number): BookSubscribed {
    this.#publisher.subscribe(relay, epoch);
    if (!this.#runs) {
      this.#runs = true;
      // Real books do not change at the same instant either.
      setTimeout(() => this.#run(Date.now()), Math.random() * this.#changeMs);
    }
    return this.#feed.snapshot();
  }

  since(sequence: number): MarketSince {
    return this.#feed.since(sequence);
  }

  /** Changes the book at fixed times, `due` the next of them. */
  #run(due: number): void {
    if (!this.#publisher.hasListeners) {
      this.#runs = false;
      return;
    }
    const last = `o${this.#orders}`;
    const orderId = `o${++this.#orders}`;
    const price = 2_000_000 + 100 * (this.#orders % 2);
    const terms = { kind: "new", timeInForce: "gtc", market: false, expiresAt: null, side: "buy" } as const;
    const now = Date.now();
    applyCommand(this.#state, "account/a", { kind: "cancel", orderId: last }, now, OUT);
    applyCommand(this.#state, "account/a", { ...terms, orderId, price, qty: 1_000_000 }, now, OUT);
    this.#feed.changed([]);
    const next = Math.max(due + this.#changeMs, now);
    setTimeout(() => this.#run(next), next - now);
  }
}

/** The login of every key, each with an account of its own. */
class Keys extends RpcTarget {
  readonly #route: string;

  constructor(route: string) {
    super();
    this.#route = route;
  }

  verify(id: string): Outcome<Principal> {
    const [userId, accountId] = [this.#route, this.#route];
    const credential = { kind: "api_key", id } as const;
    return {
      ok: true,
      value: { userId, accountId, roles: ["trader"], scopes: ["read", "trade"], plan: "standard", credential },
    };
  }
}

export class Identity extends DurableObject<Env> {
  get apiKeys(): Keys {
    return new Keys(this.ctx.id.name ?? "");
  }
}

export class InstrumentRegistry extends DurableObject<Env> {
  since(revision: number): ListedInstruments | null {
    if (revision === 1) return null;
    const like = instrumentOf(SEEDED, "AAPL");
    return { revision: 1, instruments: SYMBOLS.map((symbol) => ({ ...like, symbol, id: `bench-${symbol}` })) };
  }
}

/** Not called. */
class Unused extends DurableObject<Env> {}
export class Account extends Unused {}
export class Approvals extends Unused {}
export class AuditShard extends Unused {}
export class DevMailbox extends Unused {}
export class Directory extends Unused {}
export class HouseAccount extends Unused {}
export class OAuthApp extends Unused {}
export class PaperAccount extends Unused {}
export class PaperBook extends Unused {}
export class Throttle extends Unused {}
export class Transfers extends Unused {}
export class Tape extends Unused {}
export class TapeIndex extends Unused {}
export class PriceBoard extends Unused {}
export class Feed extends Unused {}

export default {
  fetch: (): Response => new Response(null, { status: 404 }),
} satisfies ExportedHandler<Env>;
