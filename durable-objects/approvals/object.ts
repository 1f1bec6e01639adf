import type { LoginRoute, UserId } from "../../domain/ids.ts";
import { DurableObject } from "cloudflare:workers";
import type {
  AdminAction,
  AdminLogEntry,
  ApprovalOutcome,
  ApprovalRpc,
  ApprovalView,
  BootstrapRequest,
  DecisionCheck,
  DecisionCheckResult,
  UserActionRequest,
} from "../../protocol/rpc/approvals.ts";
import type { AdminActionOutcome, ApprovalState } from "../../protocol/wire/approvals.ts";
import { DIRECTORY_SHARDS } from "../../protocol/rpc/directory.ts";
import { detailOf } from "../../protocol/http/apiFault.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { REGIONS } from "../../protocol/ids/region.ts";
import type { TransfersRpc } from "../../protocol/rpc/transfers.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import {
  accountObject,
  directoryObject,
  identityObject,
  instrumentRegistryObject,
  routeOfLogin,
  transfersObject,
} from "../actor/namespaces.ts";
import { readKeyEncryptionKeys } from "../vault/vault.ts";
import { AdminLog } from "./adminLog.ts";
import { Administrators } from "./administrators.ts";
import { ApprovalService } from "./approvalService.ts";
import { createApprovalTable } from "./approvalTable.ts";
import { Bootstrap } from "./bootstrap.ts";
import { TransferHandover } from "./transferHandover.ts";
import { executeUserAction, createFirstAdministrator, loginStatus, type UserPorts } from "./userActions.ts";

/**
 * Users of a shard that are asked whether they administer, on an exchange whose administrators were never written down.
 */
const ASKED_MAX = 50;

/** The one object of what administrators decide together, who they are, and what they have done. */
export class Approvals extends DurableObject<CoreEnv> implements ApprovalRpc {
  readonly #clock: AlarmClock;
  readonly #approvals: ApprovalService;
  readonly #adminLog: AdminLog;
  readonly #bootstrap: Bootstrap;
  readonly #handover: TransferHandover;

  constructor(state: DurableObjectState, env: CoreEnv) {
    super(state, env);
    const { sql } = state.storage;
    this.#clock = new AlarmClock(state.storage);
    this.#adminLog = new AdminLog(sql, Date.now);
    createApprovalTable(sql);
    const administrators = new Administrators(sql);
    const users: UserPorts = {
      login: (route) => identityObject(env, route),
      routeOf: (email, region) => routeOfLogin(env, email, () => region),
      setFeePlan: (accountId, name, by, origin) => accountObject(env, accountId).setFeePlan(name, by, origin),
      loosenControls: (accountId, ...decision) => accountObject(env, accountId).loosenControls(...decision),
      setPlanLimits: (...decision) => instrumentRegistryObject(env).setPlanLimits(...decision),
      openAccount: (accountId, origin, ownerId) => accountObject(env, accountId).open(accountId, origin, ownerId),
    };
    this.#approvals = new ApprovalService(
      {
        storage: state.storage,
        now: Date.now,
        executeUserAction: (act, by, origin) => executeUserAction(users, act, by, origin),
        loginStatus: (route) => loginStatus(users, route),
        encryptionKeys: () => readKeyEncryptionKeys(env.PII_MASTER_KEYS),
        armBy: (at) => this.#clock.armBy(at),
        failed: (id, error) => logEvent("approvals", "approval.not_carried_out", { id, detail: detailOf(error) }),
      },
      administrators,
    );
    this.#handover = new TransferHandover({ sql, transfers: (region) => transfersObject(env, region) });
    if (this.#handover.pending) this.#clock.armBy(Date.now());
    this.#bootstrap = new Bootstrap(administrators, this.#adminLog, {
      storage: state.storage,
      routeOf: ({ first: { email, region } }) => users.routeOf(email, region),
      make: (route, asked) => createFirstAdministrator(users, route, asked),
      administrator: async (route) => {
        const login = await loginStatus(users, route);
        return login?.isAdministrator === true ? login.userId : null;
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
    await this.#approvals.due();
    await this.#handover.run();
  }

  proposeUser(asked: UserActionRequest) {
    return this.#approvals.proposeUser(asked);
  }

  async approve(id: string, by: UserId, origin: Origin, route: LoginRoute): Promise<ApprovalOutcome<ApprovalView>> {
    const decided = await this.#approvals.approve(id, { userId: by, route }, origin);
    if (isKnown(decided)) return decided;
    return this.#decideTransfer((transfers) => transfers.approve(id, { userId: by, route }, origin));
  }

  async reject(id: string, by: UserId, origin: Origin, route: LoginRoute): Promise<ApprovalOutcome<ApprovalView>> {
    const rejected = this.#approvals.reject(id, by);
    if (isKnown(rejected)) return rejected;
    return this.#decideTransfer((transfers) => transfers.reject(id, { userId: by, route }, origin));
  }

  checkDecision(asked: DecisionCheck): Promise<DecisionCheckResult> {
    return this.#approvals.checkDecision(asked);
  }

  async approvals(state: ApprovalState | null, limit: number): Promise<readonly ApprovalView[]> {
    await this.#handover.run();
    return this.#approvals.list(state, limit);
  }

  /** The transfers actors decide transfers that are stored here. */
  async #decideTransfer(
    decide: (transfers: TransfersRpc) => Promise<ApprovalOutcome<ApprovalView>>,
  ): Promise<ApprovalOutcome<ApprovalView>> {
    await this.#handover.run();
    for (const region of REGIONS) {
      const decided = await decide(transfersObject(this.env, region));
      if (isKnown(decided)) return decided;
    }
    return { ok: false, refusal: { reason: "approval_not_found" } };
  }

  bootstrap(asked: BootstrapRequest) {
    return this.#bootstrap.run(asked);
  }

  async beginAct(act: AdminAction): Promise<number> {
    return this.#adminLog.begin(act);
  }

  async endAct(seq: number, outcome: AdminActionOutcome, facts: AdminAction["facts"]): Promise<void> {
    this.#adminLog.end(seq, outcome, facts);
  }

  async acts(before: number | null, limit: number): Promise<readonly AdminLogEntry[]> {
    return this.#adminLog.list(before, limit);
  }
}

function isKnown(outcome: ApprovalOutcome<unknown>): boolean {
  return outcome.ok || outcome.refusal.reason !== "approval_not_found";
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
