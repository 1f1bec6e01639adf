/** RPC of a Relay object: what books, accounts and logins push to it. */
import type { AccountId, LoginRoute } from "../../domain/ids.ts";
import type { TradeUpdate } from "../../domain/account/state/events.ts";
import type { MarketSegment } from "./orderBook.ts";

/** A relay's answer to a push: false means nobody listens there any more. */
export interface PushAnswer {
  readonly keep: boolean;
}

export interface RelayRpc {
  /** An empty segment only says how far the book is. */
  pushMarket(segment: MarketSegment): Promise<PushAnswer>;
  /** `through`: the last update made, at least the last of these; without updates that is all the news. */
  pushAccount(accountId: AccountId, updates: readonly TradeUpdate[], through: number): Promise<PushAnswer>;
  /** These sessions or keys of a login are over; `keep`: sockets of others of the login are still open here. */
  revoked(of: Revoked): Promise<PushAnswer>;
}

/** Sessions and keys of a login that do not count any more. */
export interface Revoked {
  readonly route: LoginRoute;
  readonly credentials: readonly string[] | "all";
}
