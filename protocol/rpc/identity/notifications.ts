/** RPC of a login: notifications to its user. */
import type { Origin } from "../../../domain/account/state/events.ts";

export interface RequestedWithdrawal {
  readonly id: string;
  /** Dollars. */
  readonly amount: string;
}

export interface NotificationRpc {
  /** A withdrawal from the login's own account was requested: e-mails the user, once for each id. */
  withdrawalRequested(asked: RequestedWithdrawal, origin: Origin): Promise<void>;
}
