/** RPC of a PaperAccount object beside that of an account. */
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../auth/principal.ts";
import type { AccountRemainder } from "./accountPrivacy.ts";

export interface PaperAccountRpc {
  /**
   * Cancels every open order, removes cash and positions, and begins with this cash (1/10,000 dollar, 1 to
   * PAPER_CASH_MAX). Returns null, or what is left when an order is still open: then nothing else has happened. Rejects at
   * an account that is none of paper.
   */
  resetPaper(principal: Principal, cash: number, origin: Origin): Promise<AccountRemainder | null>;
}
