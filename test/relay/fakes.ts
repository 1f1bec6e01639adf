/** Controls the fake books and accounts of vitest.config.ts: the tests decide what they publish and push. */
import { env } from "cloudflare:workers";
import { relayObject } from "../../durable-objects/actor/namespaces.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { encodeQuote, encodeTrade } from "../../protocol/mapping/tradesAndQuotes.ts";
import type { DepthChanges, DepthPart, MarketSegment } from "../../protocol/rpc/orderBook.ts";
import type { PushAnswer, RelayRpc } from "../../protocol/rpc/relay.ts";
import type { TradeUpdate } from "../../domain/account/state/events.ts";

/** The methods of a fake object besides those of the real one. */
export interface FakeObject {
  subscriptions(): Promise<[relay: string, epoch: number][]>;
  setFailing(down: boolean): Promise<void>;
  /** Adds published items, which it returns after a cursor. */
  add(items: readonly (MarketSegment | TradeUpdate)[]): Promise<void>;
  /** Number of reads after a cursor. */
  asked(): Promise<number>;
  /** Deletes the items through this sequence. */
  forget(through: number): Promise<void>;
  /** The depth channels of each subscription at a book, and the snapshots that it returns. */
  depthSubscriptions(): Promise<(readonly DepthPart[])[]>;
  setSnapshots(snapshots: Partial<Record<DepthPart, DepthChanges>>): Promise<void>;
  /** Lease calls; `hold` with length and user agent. */
  leaseCalls(): Promise<[call: "hold" | "release" | "end", lease: string, ttlMs?: number, agent?: string][]>;
  refuseLeases(refuses: boolean): Promise<void>;
}

export const fakeObject = (namespace: DurableObjectNamespace, name: string): FakeObject =>
  namespace.getByName(name) as unknown as FakeObject;

/** The account of the valid key. */
export const ACCOUNT = "account-of-right";
export const account = (): FakeObject => fakeObject(env.ACCOUNT, ACCOUNT);

let relays = 0;
/** A new relay for each test. */
// With its type: the compiler cannot always write down the inferred one (TS2589).
export const freshRelay = (): ReturnType<typeof relayObject<typeof env.RELAY>> =>
  relayObject(env, `relay-test-${++relays}`);

export const at = Date.UTC(2026, 10, 20, 15);
const sequences = new Map<string, number>();

/** Publishes the next segment of a book: one trade with the segment's sequence, and a quote when there is a bid. */
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
