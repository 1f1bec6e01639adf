/**
 * Where the orders of an account go. A live account and a paper account are the same machine in two venues: each has its
 * own addresses, books and peers, and nothing of one leads to the other (PA-1).
 */
import type { AccountId } from "../../domain/ids.ts";
import type { OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import {
  accountAddress,
  actorStub,
  type ActorStub,
  bookAddress,
  liveBookObject,
  orderBookObject,
  paperAccountAddress,
  paperActorStub,
  paperBookAddress,
  paperBookObject,
} from "../actor/namespaces.ts";

export interface Venue {
  readonly isPaper: boolean;
  /** Addresses of the account and of a book here. */
  account(accountId: AccountId): string;
  book(symbol: string): string;
  isBook(address: string): boolean;
  /** An actor that the account sends messages to. Throws for one of another venue. */
  peer(env: CoreEnv, address: string): ActorStub;
  /** Prices, and the state of the account's own orders. */
  orders(env: CoreEnv, symbol: string, accountId: AccountId): Pick<OrderBookRpc, "top" | "live">;
  /** Displayed price levels. */
  depth(env: CoreEnv, symbol: string): Pick<OrderBookRpc, "depth">;
}

export const LIVE_VENUE: Venue = {
  isPaper: false,
  account: accountAddress,
  book: bookAddress,
  isBook: (address) => address.startsWith("book/"),
  peer: actorStub,
  orders: orderBookObject,
  depth: orderBookObject,
};

export const PAPER_VENUE: Venue = {
  isPaper: true,
  account: paperAccountAddress,
  book: paperBookAddress,
  isBook: (address) => address.startsWith("paper-book/"),
  peer: paperActorStub,
  depth: liveBookObject,
  orders: (env, symbol, accountId) => ({
    top: () => liveBookObject(env, symbol).top(),
    live: (orderIds) => paperBookObject(env, symbol).live(paperAccountAddress(accountId), orderIds),
  }),
};
