/** Administrators, their logins and approvals without a platform, for tests. */
import { DatabaseSync } from "node:sqlite";
import type { Role } from "../protocol/auth/principal.ts";
import type { UserAction } from "../protocol/rpc/approvals.ts";
import { transferActor } from "./transferActor.ts";
import { storage } from "./objectStorage.ts";
import { AdminLog } from "../durable-objects/approvals/adminLog.ts";
import { Administrators } from "../durable-objects/approvals/administrators.ts";
import { ApprovalService } from "../durable-objects/approvals/approvalService.ts";
import { createApprovalTable } from "../durable-objects/approvals/approvalTable.ts";
import { Bootstrap } from "../durable-objects/approvals/bootstrap.ts";
import {
  executeUserAction,
  createFirstAdministrator,
  loginStatus,
  type UserPorts,
} from "../durable-objects/approvals/userActions.ts";

const ORIGIN = { requestId: "r", ip: "", userAgent: "" };
const ENCRYPTION_KEYS = { current: "k1", keys: new Map([["k1", new Uint8Array(32)]]) };

interface Login {
  userId: string;
  roles: readonly Role[];
  disabledAt: number | null;
  factor: boolean;
  invitation: string | undefined;
}

interface Known {
  now: number;
  away: boolean;
  /** Logins answer when this is settled. */
  hold: Promise<void>;
  /** The fee plans that were set, and other decisions that were carried out. */
  readonly feePlans: string[];
  readonly decisions: string[];
}

/** The logins as the approvals reach them. */
function usersOf(logins: Map<string, Login>, known: Known): UserPorts {
  const users: UserPorts = {
    login: (route) => ({
      administration: {
        view: async () => {
          const login = logins.get(route);
          if (login === undefined) return null;
          const { userId, roles, disabledAt } = login;
          const rest = { accountId: userId, email: `${route}@x`, plan: "standard", region: "world" } as const;
          return { ...rest, userId, roles, disabledAt, createdAt: 1, verifiedAt: 1, sessions: 0, keys: 0 };
        },
        change: async ({ roles, disabled }) => {
          await known.hold;
          const login = logins.get(route);
          if (known.away || login === undefined) throw new Error("away");
          if (roles !== undefined) login.roles = roles;
          if (disabled !== undefined) login.disabledAt = disabled ? known.now : null;
          return users.login(route).administration.view();
        },
      },
      factors: {
        status: async () => {
          const required = logins.get(route)?.factor ?? false;
          return { required, totpSince: null, recoveryCodesLeft: 0, passkeys: [] };
        },
      },
      registration: {
        createUser: async ({ roles, plan, invitation }) => {
          await known.hold;
          if (known.away) throw new Error("away");
          const before = logins.get(route);
          const again = before !== undefined && invitation !== undefined && before.invitation === invitation;
          if (before !== undefined && !again) return { ok: false, reason: "email_taken" };
          const userId = `id-${route}`;
          logins.set(route, { userId, roles, disabledAt: null, factor: true, invitation });
          return { ok: true, value: { userId, accountId: userId, roles, plan } };
        },
      },
      privacy: {
        erase: async () => {
          logins.delete(route);
          return { kind: "erased" };
        },
      },
    }),
    routeOf: async (email) => email.split("@", 1)[0] ?? "",
    setFeePlan: async (accountId, name, { ownerId, asked, approved }) => {
      if (known.away) throw new Error("away");
      if (String(accountId) !== String(ownerId)) return false;
      known.feePlans.push(`${accountId} ${name} by ${asked}, ${approved}`);
      return true;
    },
    loosenControls: async (accountId, loosens, { ownerId, asked, approved }) => {
      if (String(accountId) !== String(ownerId)) return false;
      if (loosens.limits !== undefined) return "changed";
      known.decisions.push(`${accountId} ${JSON.stringify(loosens)} by ${asked}, ${approved}`);
      return true;
    },
    setPlanLimits: async (plan, limits, { asked, approved }) => {
      known.decisions.push(`${plan} ${limits.orderValue} by ${asked}, ${approved}`);
      return { plan, version: 1, limits };
    },
    openAccount: async () => {},
  };
  return users;
}

/** Logins by route, which is the name before the @; a user's id is `id-` and that name. */
export function world(db = new DatabaseSync(":memory:")) {
  const logins = new Map<string, Login>();
  const known: Known = { now: 1_760_000_000_000, away: false, hold: Promise.resolve(), feePlans: [], decisions: [] };
  const users = usersOf(logins, known);
  const objects = storage(db);
  const adminLog = new AdminLog(objects.sql, () => known.now);
  createApprovalTable(objects.sql);
  const administrators = new Administrators(objects.sql);
  const approvals = new ApprovalService(
    {
      storage: objects,
      now: () => known.now,
      executeUserAction: (act, by, origin) => executeUserAction(users, act, by, origin),
      loginStatus: (route) => loginStatus(users, route),
      encryptionKeys: () => ENCRYPTION_KEYS,
      armBy: () => {},
      failed: () => {},
    },
    administrators,
  );
  const bootstrap = new Bootstrap(administrators, adminLog, {
    storage: objects,
    routeOf: ({ first }) => users.routeOf(first.email, "world"),
    make: (route, asked) => createFirstAdministrator(users, route, asked),
    administrator: async (route) => {
      const login = await loginStatus(users, route);
      return login?.isAdministrator === true ? login.userId : null;
    },
    someAdministers: async () => [...logins.values()].some(({ roles }) => roles.includes("admin")),
    invite: (email, first, origin) => {
      const act = { kind: "user_invite", email, roles: ["admin"], plan: "standard", region: "world" } as const;
      return executeUserAction(users, act, { asked: "", approved: "", approval: first }, origin);
    },
    failed: () => {},
  });
  const open = (secret: string, name: string, second: string | null = null) => {
    const first = { email: `${name}@x`, password: null, roles: ["admin"], plan: "standard", region: "world" } as const;
    return bootstrap.run({ secret, first, second, origin: ORIGIN });
  };
  const by = (name: string) => ({ userId: `id-${name}`, route: name });
  const ask = (name: string, act: UserAction, alone = false) =>
    approvals.proposeUser({ act, askedBy: by(name), alone, origin: ORIGIN });
  const transfers = transferActor(
    {
      now: () => known.now,
      check: (asked) => approvals.checkDecision(asked),
      account: ({ transferId }) => ({ kind: "transfer_ended", transferId, result: "posted", refusal: null }),
    },
    db,
  );
  /** Of users, or of money. */
  const approve = async (name: string, id: string) => {
    const decided = await approvals.approve(id, by(name), ORIGIN);
    if (reasonOf(decided) !== "approval_not_found") return decided;
    return transfers.requests.approve(id, by(name), ORIGIN);
  };
  /** Asked by one, approved by another. */
  const both = async (asker: string, decider: string, act: UserAction) => {
    const asked = await ask(asker, act);
    return asked.ok ? approve(decider, asked.value.approval.id) : asked;
  };
  const deposit = (name: string, reference: string): string => {
    const asked = {
      accountId: "acc",
      ownerId: "id-owner",
      reference,
      symbol: null,
      amount: "1",
      requestedBy: `id-${name}`,
      requestedRoute: name,
      request: null,
      alone: false,
    };
    return transfers.deposit(asked, ORIGIN).id;
  };
  return { db, known, logins, approvals, transfers, adminLog, administrators, open, by, ask, approve, both, deposit };
}

export const invite = (name: string, roles: readonly Role[] = ["trader"]): UserAction => {
  return { kind: "user_invite", email: `${name}@x`, roles, plan: "standard", region: "world" };
};
export const change = (name: string, to: Extract<UserAction, { kind: "user_change" }>["change"]): UserAction => {
  return { kind: "user_change", userId: `id-${name}`, route: name, change: to };
};
export const erase = (name: string): UserAction => ({ kind: "user_erase", userId: `id-${name}`, route: name });
export const reasonOf = (outcome: { ok: boolean; refusal?: { reason: string } }) => outcome.refusal?.reason ?? "ok";

/** Ann and Ben, neither of whom appointed the other. */
export async function annAndBen() {
  const all = world();
  const opened = await all.open("s1", "ann", "ben@x");
  if (!opened.ok) throw new Error(opened.refusal.reason);
  const login = all.logins.get("ann");
  if (login !== undefined) login.factor = true;
  return all;
}
