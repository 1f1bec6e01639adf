import { DurableObject } from "cloudflare:workers";
import type { AccountSnapshot, AuditedAccount, UpdatesPage } from "../../protocol/rpc/account.ts";
import type { FeePlanView } from "../../protocol/rpc/accountFees.ts";
import type { Lease, StoredDeposit } from "../../protocol/rpc/accountPrivacy.ts";
import type { LotsPage, LotsQuery, RealizedFilter, RealizedPage, UnknownPage } from "../../protocol/rpc/lots.ts";
import type { SettlementView } from "../../protocol/rpc/accountSettlement.ts";
import type { ActivitiesPage, ActivityFilter, UnknownActivity } from "../../protocol/rpc/activities.ts";
import type { MovementsView, StepsPage } from "../../protocol/rpc/movements.ts";
import { UPDATES_PAGE_MAX } from "../actor/limits.ts";
import { lotHashes, pageOfLots, pageOfRealized } from "./lotQueries.ts";
import { pageOfActivities } from "./activityQueries.ts";
import { movementsFrom, movementSteps } from "./movementQueries.ts";
import type { AccountParts } from "./parts.ts";
import { viewAccount } from "./queries.ts";
import { viewSettlement } from "./settlementView.ts";

/** The RPC methods of an account that read what it has recorded. */
export abstract class AccountReads extends DurableObject<CoreEnv> {
  readonly #parts: AccountParts;

  constructor(ctx: DurableObjectState, env: CoreEnv, parts: AccountParts) {
    super(ctx, env);
    this.#parts = parts;
  }

  async lots(query: LotsQuery): Promise<LotsPage | UnknownPage> {
    const { actor } = this.#parts;
    // Any commit gives lots to an account of an earlier release.
    if (actor.state.lots === null) await actor.execute(() => ({ entries: [], outcome: null }));
    return pageOfLots(actor.state, query);
  }

  async realized(filter: RealizedFilter): Promise<RealizedPage | UnknownPage> {
    return pageOfRealized(this.#parts.actor.state, this.#parts.activities, filter);
  }

  async activities(filter: ActivityFilter): Promise<ActivitiesPage | UnknownActivity> {
    return pageOfActivities(this.#parts.actor.state, this.#parts.activities, filter);
  }

  async movements(fromDay: number): Promise<MovementsView | null> {
    return movementsFrom(this.#parts.actor.state, this.#parts.movements, fromDay);
  }

  async movementSteps(from: number, to: number, stepMinutes: number, place: number | null): Promise<StepsPage> {
    return movementSteps(this.#parts.actor.state, this.#parts.activities, { from, to, stepMinutes, place });
  }

  updatesAfter(cursor: number, limit: number): Promise<UpdatesPage> {
    const through = this.#parts.lastUpdate;
    const updates = this.#parts.updates.after(cursor, Math.min(limit, UPDATES_PAGE_MAX));
    return Promise.resolve({ updates, through, oldest: this.#parts.updates.oldest ?? through + 1 });
  }

  snapshot(): Promise<AccountSnapshot | null> {
    const { state } = this.#parts.actor;
    const account = viewAccount(state);
    if (account === null) return Promise.resolve(null);
    return Promise.resolve({ through: this.#parts.lastUpdate, orders: [...state.open.values()], account });
  }

  audited(): Promise<AuditedAccount | null> {
    const { state } = this.#parts.actor;
    const account = viewAccount(state);
    // A paper account has no audit trail to be compared with.
    if (account === null || state.auditAddress === "") return Promise.resolve(null);
    const lots = state.lots === null ? {} : { lotHashes: lotHashes(state.lots) };
    return Promise.resolve({ events: state.nextAuditEvent - 1, account, open: [...state.open.values()], ...lots });
  }

  feePlan(): Promise<FeePlanView | null> {
    return Promise.resolve(this.#parts.fees.plan(Date.now()));
  }

  settlement(): Promise<SettlementView | null> {
    return Promise.resolve(viewSettlement(this.#parts.actor.state, Date.now()));
  }

  deposits(after: number, limit: number): Promise<StoredDeposit[]> {
    return Promise.resolve(this.#parts.store.deposits(after, limit));
  }

  async takeTokens(): Promise<void> {}

  leases(): Promise<Lease[]> {
    return Promise.resolve(this.#parts.timers.leases());
  }
}
