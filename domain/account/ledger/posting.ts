import type { DepositCommand } from "../../transfers/messages.ts";

/** A deposit to be decided, and the address of the actor that waits for the answer. */
export interface Posting {
  readonly from: string;
  readonly command: DepositCommand;
}
