import type { BookCommand } from "../../matching/messages.ts";
import type { FeesSwept } from "../../house/messages.ts";
import type { TransferNotice } from "../../transfers/messages.ts";
import type { StoredResponse } from "../ledger/idempotentResponse.ts";
import type { Withdrawal } from "../ledger/withdrawal.ts";
import type { Activity } from "../activities/activity.ts";
import type { AuditRecord, TradeUpdate } from "./events.ts";
import type { Order } from "./order.ts";

/**
 * Receives what an account sends, emits and stores. `closed`, `activity`, `deposited`, `withdrawal` and `answered` are
 * stored outside the state.
 */
export interface AccountOutputs {
  command(symbol: string, command: BookCommand): void;
  audit(address: string, record: AuditRecord): void;
  update(update: TradeUpdate): void;
  closed(order: Order): void;
  activity(activity: Activity): void;
  deposited(reference: string, asset: string, amount: number): void;
  /** A withdrawal that is new or was decided. */
  withdrawal(withdrawal: Withdrawal): void;
  answered(answer: StoredResponse): void;
  /** A message for the transfers actor at this address. */
  transfer(address: string, notice: TransferNotice): void;
  /** A message for the house account at this address. */
  fees(address: string, swept: FeesSwept): void;
}
