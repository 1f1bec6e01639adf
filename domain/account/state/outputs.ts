import type { BookCommand } from "../../matching/messages.ts";
import type { TransferNotice } from "../../transfers/messages.ts";
import type { StoredResponse } from "../ledger/idempotentResponse.ts";
import type { Withdrawal } from "../ledger/withdrawal.ts";
import type { AuditRecord, TradeUpdate } from "./events.ts";
import type { Order } from "./order.ts";

/** Where an account's outputs go. `closed`, `deposited`, `withdrawal` and `answered` ask for a lasting record outside the state. */
export interface AccountOutputs {
  command(symbol: string, command: BookCommand): void;
  audit(address: string, record: AuditRecord): void;
  update(update: TradeUpdate): void;
  closed(order: Order): void;
  deposited(reference: string, asset: string, amount: number): void;
  /** A withdrawal as it is now: new, or decided. */
  withdrawal(withdrawal: Withdrawal): void;
  answered(answer: StoredResponse): void;
  /** A message for the transfers actor at this address. */
  transfer(address: string, notice: TransferNotice): void;
}
