import { DurableObject } from "cloudflare:workers";
import type {
  Act,
  ActEntry,
  ApprovalAsk,
  ApprovalRpc,
  ApprovalState,
  ApprovalView,
} from "../../protocol/approvalRpc.ts";
import { detailOf } from "../../protocol/fault.ts";
import type { Origin } from "../../protocol/rpc.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { logEvent } from "../actor/log.ts";
import { accountObject } from "../actor/namespaces.ts";
import { Acts } from "./acts.ts";
import { ApprovalDesk } from "./approvals.ts";

/** The one object of what administrators decide together, and of what they have done. */
export class Approvals extends DurableObject<CoreEnv> implements ApprovalRpc {
  readonly #clock: AlarmClock;
  readonly #desk: ApprovalDesk;
  readonly #acts: Acts;

  constructor(state: DurableObjectState, env: CoreEnv) {
    super(state, env);
    this.#clock = new AlarmClock(state.storage);
    this.#acts = new Acts(state.storage.sql, Date.now);
    this.#desk = new ApprovalDesk({
      storage: state.storage,
      now: Date.now,
      book: (accountId, deposit, { asked, approved }, origin) => {
        const principal = { userId: asked, accountId, roles: ["admin"] } as const;
        return accountObject(env, accountId).deposit(principal, deposit, origin, null, approved);
      },
      settle: (accountId, id, approve, by, origin) =>
        accountObject(env, accountId).settleWithdrawal(by, id, approve, origin),
      armBy: (at) => this.#clock.armBy(at),
      failed: (id, error) => logEvent("approvals", "approval_unbooked", { id, detail: detailOf(error) }),
    });
  }

  override async alarm(): Promise<void> {
    this.#clock.rang();
    await this.#desk.due();
  }

  async propose(asked: ApprovalAsk) {
    return this.#desk.propose(asked);
  }

  approve(id: string, by: string, origin: Origin) {
    return this.#desk.approve(id, by, origin);
  }

  async reject(id: string, by: string, origin: Origin) {
    const rejected = this.#desk.reject(id, by);
    if (rejected.ok) await this.#desk.carryOut(id, origin);
    return rejected;
  }

  async approvals(state: ApprovalState | null, limit: number): Promise<readonly ApprovalView[]> {
    return this.#desk.list(state, limit);
  }

  async record(act: Act): Promise<void> {
    this.#acts.record(act);
  }

  async acts(before: number | null, limit: number): Promise<readonly ActEntry[]> {
    return this.#acts.list(before, limit);
  }
}
