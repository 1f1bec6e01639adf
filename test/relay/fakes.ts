/** What the stand-ins of books and accounts (vitest.config.ts) publish: the tests say what, and what of it is pushed. */
import { env } from "cloudflare:workers";
import { relayObject } from "../../durable-objects/actor/namespaces.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { encodeQuote, encodeTrade } from "../../protocol/mapping/tradesAndQuotes.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import type { PushAnswer, RelayRpc } from "../../protocol/rpc/relay.ts";
import type { TradeUpdate } from "../../domain/account/state/events.ts";

/** What a stand-in has besides the methods of its object. */
export interface FakeObject {
  subscriptions(): Promise<[relay: string, epoch: number][]>;
  setFailing(down: boolean): Promise<void>;
  /** It has published these: asked for what follows a cursor, it answers with them. */
  add(items: readonly (MarketSegment | TradeUpdate)[]): Promise<void>;
  /** How often it was asked for what follows a cursor. */
  asked(): Promise<number>;
  /** It keeps nothing through this sequence. */
  forget(through: number): Promise<void>;
  /** Calls about leases, with the length and the user agent of those that hold one. */
  leaseCalls(): Promise<[call: "hold" | "release" | "end", lease: string, ttlMs?: number, agent?: string][]>;
  refuseLeases(refuses: boolean): Promise<void>;
}

export const fakeObject = (namespace: DurableObjectNamespace, name: string): FakeObject =>
  namespace.getByName(name) as unknown as FakeObject;

/** The account that the right key opens. */
export const ACCOUNT = "account-of-right";
export const account = (): FakeObject => fakeObject(env.ACCOUNT, ACCOUNT);

let relays = 0;
/** A relay of its own for each test. */
export const freshRelay = () => relayObject(env, `relay-test-${++relays}`);

export const at = Date.UTC(2026, 10, 20, 15);
const sequences = new Map<string, number>();

/** The next segment of a book: one trade, numbered as its segment, and a quote when there is a bid; `parts` replace its. */
export async function publish(
  symbol: string,
  bid: number | null = null,
  parts: Partial<MarketSegment> = {},
): Promise<MarketSegment> {
  const previous = sequences.get(symbol) ?? 0;
  const sequence = previous + 1;
  sequences.set(symbol, sequence);
  const bestBid = bid === null ? null : { price: bid, qty: 1_000_000 };
  const segment = {
    symbol,
    sequence,
    previous,
    trades: encodeTrade({ symbol, tradeId: sequence, price: 1_000_000, qty: 1_000_000, at, sequence }),
    tradeCount: 1,
    quote: bestBid === null ? null : encodeQuote({ symbol, bid: bestBid, ask: null, at, sequence }),
    ...parts,
  };
  await fakeObject(env.ORDER_BOOK, symbol).add([segment]);
  return segment;
}

/** Publishes the next segment of a book and pushes it. */
export async function push(relay: RelayRpc, symbol: string, bid: number | null = null): Promise<PushAnswer> {
  return relay.pushMarket(await publish(symbol, bid));
}

const order: Order = {
  id: crypto.randomUUID(),
  clientOrderId: "mine",
  sequence: 1,
  symbol: "AAPL",
  side: "buy",
  type: "limit",
  timeInForce: "gtc",
  qty: 2_000_000,
  limitPrice: 2_680_000,
  protectionPrice: 2_680_000,
  extendedHours: false,
  submittedAt: at,
  expiresAt: null,
  status: "filled",
  filledQty: 2_000_000,
  filledValue: "5360000000000",
  held: 0,
  updatedAt: at,
  filledAt: at,
  canceledAt: null,
  expiredAt: null,
};
let lastUpdate = 0;

/** The next trade update of the account. */
export async function makeUpdate(): Promise<TradeUpdate> {
  const update: TradeUpdate = {
    sequence: ++lastUpdate,
    event: "fill",
    executionId: crypto.randomUUID(),
    at,
    order,
    price: 2_680_000,
    qty: 2_000_000,
    positionQty: 2_000_000,
  };
  await account().add([update]);
  return update;
}

/** Makes the next trade update and pushes it. */
export async function pushUpdate(relay: RelayRpc): Promise<PushAnswer> {
  const update = await makeUpdate();
  return relay.pushAccount(ACCOUNT, [update], update.sequence);
}
