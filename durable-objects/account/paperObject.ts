import { Account } from "./object.ts";
import { PAPER_VENUE } from "./venue.ts";

/**
 * The Durable Object of a paper account, named by the account id: the account of another venue. It has no audit trail,
 * no deposits and no withdrawals.
 */
export class PaperAccount extends Account {
  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env, PAPER_VENUE);
  }
}
