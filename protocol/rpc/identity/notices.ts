/** What a login is told so that it tells its person. */
import type { Origin } from "../../../domain/account/state/events.ts";

export interface AskedWithdrawal {
  readonly id: string;
  /** Dollars. */
  readonly amount: string;
}

export interface NoticeRpc {
  /** A withdrawal from the login's own account was asked for: told by mail, once for each id. */
  noteWithdrawal(asked: AskedWithdrawal, origin: Origin): Promise<void>;
}
