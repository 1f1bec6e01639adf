import { DurableObject } from "cloudflare:workers";
import type {
  AdminAction,
  AdminLogEntry,
  ApprovalAsk,
  ApprovalOutcome,
  ApprovalRpc,
  ApprovalView,
  BootstrapAsk,
  UserAsk,
} from "../../protocol/rpc/approvals.ts";
import type { AdminActionOutcome, ApprovalState } from "../../protocol/wire/approvals.ts";
import { DIRECTORY_SHARDS } from "../../protocol/rpc/directory.ts";
import { detailOf } from "../../protocol/http/apiFault.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import { accountObject, directoryObject, identityObject, routeOfLogin } from "../actor/namespaces.ts";
import { readKeyEncryptionKeys } from "../vault/vault.ts";
import { AdminLog } from "./adminLog.ts";
import { Administrators } from "./administrators.ts";
import { ApprovalService } from "./approvalService.ts";
import { createApprovalTable } from "./approvalTable.ts";
import { Bootstrap } from "./bootstrap.ts";
import { executeUserAction, createFirstAdministrator, loginStatus, type UserPorts } from "./userActions.ts";

/** Users of a shard that are asked whether they administer, on an exchange whose administrators were never written down. */
const ASKED_MAX = 50;

/** The one object of what administrators decide together, who they are, and what they have done. */
export class Approvals extends DurableObject<CoreEnv> implements ApprovalRpc {
  readonly #clock: AlarmClock;
  readonly #desk: ApprovalService;
  readonly #acts: AdminLog;
  readonly #bootstrap: Bootstrap;

  constructor(state: DurableObjectState, env: CoreEnv) {
    super(state, env);
    const { sql } = state.storage;
    this.#clock = new AlarmClock(state.storage);
    this.#acts = new AdminLog(sql, Date.now);
    createApprovalTable(sql);
    const administrators = new Administrators(sql);
    const users: UserPorts = {
      login: (route) => identityObject(env, route),
      routeOf: (email, region) => routeOfLogin(env, email, () => region),
      openAccount: (accountId, origin, ownerId) => accountObject(env, accountId).open(accountId, origin, ownerId),
    };
    this.#desk = new ApprovalService(
      {
        storage: state.storage,
        now: Date.now,
        postDeposit: (accountId, deposit, { asked, approved }, origin) => {
          const principal = { userId: asked, accountId, roles: ["admin"] } as const;
          return accountObject(env, accountId).deposit(principal, deposit, origin, null, approved);
        },
        settleWithdrawal: (accountId, id, approve, by, origin) =>
          accountObject(env, accountId).settleWithdrawal(by, id, approve, origin),
        executeUserAction: (act, by, origin) => executeUserAction(users, act, by, origin),
        loginStatus: (route) => loginStatus(users, route),
        masters: () => readKeyEncryptionKeys(env.PII_MASTER_KEYS),
        armBy: (at) => this.#clock.armBy(at),
        failed: (id, error) => logEvent("approvals", "approval.not_carried_out", { id, detail: detailOf(error) }),
      },
      administrators,
    );
    this.#bootstrap = new Bootstrap(administrators, this.#acts, {
      storage: state.storage,
      routeOf: ({ first: { email, region } }) => users.routeOf(email, region),
      make: (route, asked) => createFirstAdministrator(users, route, asked),
      administrator: async (route) => {
        const standing = await loginStatus(users, route);
        return standing?.isAdministrator === true ? standing.userId : null;
      },
      someAdministers: () => someAdministers(env, users),
      invite: (email, first, origin) => {
        const second = {
          kind: "user_invite",
          email,
          roles: ["trader", "admin"],
          plan: "standard",
          region: "world",
        } as const;
        return executeUserAction(users, second, { asked: "", approved: "", approval: `bootstrap/${first}` }, origin);
      },
      failed: (error) =>
        logEvent("approvals", "approval.not_carried_out", { id: "bootstrap", detail: detailOf(error) }),
    });
  }

  override async alarm(): Promise<void> {
    this.#clock.fired();
    await this.#desk.due();
  }

  async propose(asked: ApprovalAsk) {
    return this.#desk.propose(asked);
  }

  proposeUser(asked: UserAsk) {
    return this.#desk.proposeUser(asked);
  }

  async approve(id: string, by: string, origin: Origin, route?: string): Promise<ApprovalOutcome<ApprovalView>> {
    // A gateway of the release before does not say where the login is that must be asked.
    if (route === undefined) return { ok: false, refusal: { reason: "forbidden" } };
    return this.#desk.approve(id, { userId: by, route }, origin);
  }

  async reject(id: string, by: string, origin: Origin) {
    const rejected = this.#desk.reject(id, by);
    if (rejected.ok) await this.#desk.execute(id, origin);
    return rejected;
  }

  async approvals(state: ApprovalState | null, limit: number): Promise<readonly ApprovalView[]> {
    return this.#desk.list(state, limit);
  }

  bootstrap(asked: BootstrapAsk) {
    return this.#bootstrap.run(asked);
  }

  async record(act: AdminAction): Promise<void> {
    this.#acts.begin(act, "done");
  }

  async beginAct(act: AdminAction): Promise<number> {
    return this.#acts.begin(act);
  }

  async endAct(seq: number, outcome: AdminActionOutcome, facts: AdminAction["facts"]): Promise<void> {
    this.#acts.end(seq, outcome, facts);
  }

  async acts(before: number | null, limit: number): Promise<readonly AdminLogEntry[]> {
    return this.#acts.list(before, limit);
  }
}

/** Whether one of the first users administers: of an exchange that is as good as new, all of them are asked. */
async function someAdministers(env: CoreEnv, users: UserPorts): Promise<boolean> {
  const shards = Array.from({ length: DIRECTORY_SHARDS }, (_, shard) =>
    directoryObject(env, shard).page("", ASKED_MAX),
  );
  for (const { route } of (await Promise.all(shards)).flat()) {
    if ((await loginStatus(users, route))?.isAdministrator === true) return true;
  }
  return false;
}
