/** RPC of a Relay object: what books, accounts and logins push to it. */
import type { AccountId, LoginRoute } from "../../domain/ids.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { TradeUpdate } from "../../domain/account/state/events.ts";
import type { NoticeStream } from "../stream/trading.ts";
import type { MarketSegment } from "./orderBook.ts";

/** A relay's answer to a push: false when it has no subscriber any more. */
export interface PushAnswer {
  readonly keep: boolean;
}

export interface RelayRpc {
  /** An empty segment tells the sequence of the book only. */
  pushMarket(segment: MarketSegment): Promise<PushAnswer>;
  /** `through` is the number of the account's last update, which may be later than these. */
  pushAccount(accountId: AccountId, updates: readonly TradeUpdate[], through: number): Promise<PushAnswer>;
  /** Something of the account has changed that is not an order. A relay of an earlier release does not know it. */
  pushNotice(accountId: AccountId, notice: AccountNotice): Promise<void>;
  /**
   * Sessions or keys of a login were revoked, or its plan has changed. `keep`: the relay still has sockets of other
   * credentials of this login.
   */
  revoked(of: Revoked): Promise<PushAnswer>;
}

/** A frame of the trading stream as it is sent to those who listen to its stream. */
export interface AccountNotice {
  readonly stream: NoticeStream;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Revoked sessions and keys of a login. */
export interface Revoked {
  readonly route: LoginRoute;
  readonly credentials: readonly string[] | "all";
  /** The login has this plan from now on; left out when it has not changed, and by an earlier release. */
  readonly plan?: Plan;
}
