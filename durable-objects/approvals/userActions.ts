/** Executes approved actions on users, and asks logins whether they belong to an administrator. */
import { type Actor, SYSTEM } from "../../domain/actor.ts";
import { adminActor } from "../../protocol/auth/principal.ts";
import type { AccountId, LoginRoute, UserId } from "../../domain/ids.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { ControlsLoosening, PlanLimits, RiskLimits } from "../../domain/risk/limits.ts";
import type { PlanLimitsDecision } from "../../protocol/rpc/instrumentRegistry.ts";
import type { Region } from "../../protocol/ids/region.ts";
import type { ApprovalOutcome, BootstrapRequest, UserAction } from "../../protocol/rpc/approvals.ts";
import type { AdministrationRpc, UserView } from "../../protocol/rpc/identity/admin.ts";
import type { FactorRpc } from "../../protocol/rpc/identity/mfa.ts";
import type { RegistrationRpc } from "../../protocol/rpc/identity/passwords.ts";
import type { PrivacyRpc } from "../../protocol/rpc/identity/privacy.ts";
import type { Origin } from "../../domain/account/state/events.ts";

/** The user after an action. */
export interface ChangedUser extends Person {
  readonly wasAdministrator: boolean;
}

interface Person {
  readonly userId: UserId;
  readonly isAdministrator: boolean;
}

/** What a login says of its user now. */
export interface LoginStatus extends Person {
  readonly hasSecondFactor: boolean;
}

export interface UserPorts {
  login(route: LoginRoute): {
    readonly administration: Pick<AdministrationRpc, "view" | "change">;
    readonly factors: Pick<FactorRpc, "status">;
    readonly privacy: Pick<PrivacyRpc, "erase">;
    readonly registration: Pick<RegistrationRpc, "createUser">;
  };
  /** Where the login of an e-mail is, or will be. */
  routeOf(email: string, region: Region): Promise<string>;
  /** Sets the fee plan of an account of this user; false: it has another owner, or there is no such plan. */
  setFeePlan(
    accountId: AccountId,
    name: string,
    by: { readonly ownerId: UserId; readonly asked: UserId; readonly approved: UserId },
    origin: Origin,
  ): Promise<boolean>;
  /** Lifts blocks or widens limits of an account of this user; false: it has another owner. */
  loosenControls(
    accountId: AccountId,
    loosens: ControlsLoosening,
    by: { readonly ownerId: UserId; readonly asked: UserId; readonly approved: UserId },
    origin: Origin,
  ): Promise<boolean | "changed">;
  setPlanLimits(plan: Plan, limits: RiskLimits, by: PlanLimitsDecision): Promise<PlanLimits>;
  openAccount(accountId: AccountId, origin: Origin, ownerId: UserId): Promise<void>;
}

const GONE = { ok: false, refusal: { reason: "user_not_found" } } as const;

/** What changes no user. */
const NOBODY = { userId: "", isAdministrator: false, wasAdministrator: false } as const;

/** Whether a login is that of an administrator who may act; null: there is no such login. */
export async function loginStatus(ports: UserPorts, route: LoginRoute): Promise<LoginStatus | null> {
  const login = ports.login(route);
  const [user, factors] = await Promise.all([login.administration.view(), login.factors.status()]);
  return user === null ? null : { ...personOf(user), hasSecondFactor: factors.required };
}

/** Executes an action. It is idempotent, and does nothing when the e-mail now belongs to another user. */
export async function executeUserAction(
  ports: UserPorts,
  act: UserAction,
  by: { readonly asked: UserId; readonly approved: UserId; readonly approval: string },
  origin: Origin,
): Promise<ApprovalOutcome<ChangedUser>> {
  if (act.kind === "user_invite") {
    const { email, roles, plan, region } = act;
    // Its key-encryption key was dropped, so its e-mail cannot be decrypted any more.
    if (email === "") return GONE;
    const route = await ports.routeOf(email, region);
    const invitation = { email, roles, plan, region, password: null, invitation: by.approval };
    const made = await ports.login(route).registration.createUser(invitation);
    if (!made.ok) return { ok: false, refusal: { reason: "email_taken" } };
    const actor = origin.actor ?? administratorOf(by);
    await ports.openAccount(made.value.accountId, { ...origin, actor }, made.value.userId);
    return {
      ok: true,
      value: { userId: made.value.userId, isAdministrator: roles.includes("admin"), wasAdministrator: false },
    };
  }
  if (act.kind === "plan_limits") {
    await ports.setPlanLimits(act.plan, act.limits, by);
    return { ok: true, value: NOBODY };
  }
  const login = ports.login(act.route);
  const before = await login.administration.view();
  if (act.kind === "user_erase") {
    if (before?.userId === act.userId) await login.privacy.erase(true);
    return { ok: true, value: { userId: act.userId, isAdministrator: false, wasAdministrator: false } };
  }
  if (before?.userId !== act.userId) return GONE;
  if (act.kind === "user_fee_plan") {
    const { asked, approved } = by;
    const set = await ports.setFeePlan(act.accountId, act.feePlan, { ownerId: act.userId, asked, approved }, origin);
    return set ? { ok: true, value: { userId: act.userId, isAdministrator: false, wasAdministrator: false } } : GONE;
  }
  if (act.kind === "user_controls") {
    const { asked, approved } = by;
    const decided = { ownerId: act.userId, asked, approved };
    const done = await ports.loosenControls(act.accountId, act.loosens, decided, origin);
    if (done === "changed") return { ok: false, refusal: { reason: "controls_changed" } };
    return done ? { ok: true, value: { ...NOBODY, userId: act.userId } } : GONE;
  }
  const { isAdministrator: wasAdministrator } = personOf(before);
  const after = await login.administration.change(act.change, by.asked, by.approved);
  return after === null ? GONE : { ok: true, value: { ...personOf(after), wasAdministrator } };
}

/** Who has it done; nobody does of what comes with the bootstrap secret. */
function administratorOf({ asked, approved }: { readonly asked: UserId; readonly approved: UserId }): Actor {
  const userId = approved || asked;
  return userId === "" ? SYSTEM : adminActor({ userId });
}

/** Creates the first administrator. */
export async function createFirstAdministrator(
  ports: UserPorts,
  route: LoginRoute,
  { first, origin }: BootstrapRequest,
): Promise<ApprovalOutcome<{ readonly userId: UserId; readonly accountId: AccountId }>> {
  const made = await ports.login(route).registration.createUser(first);
  if (!made.ok) return { ok: false, refusal: { reason: "email_taken" } };
  const { userId, accountId } = made.value;
  await ports.openAccount(accountId, { ...origin, actor: SYSTEM }, userId);
  return { ok: true, value: { userId, accountId } };
}

/** True for an action that may remove an administrator. */
export function removesAdministrator(act: UserAction): boolean {
  if (act.kind === "user_erase") return true;
  if (act.kind !== "user_change") return false;
  const { disabled, roles } = act.change;
  return disabled === true || (roles !== undefined && !roles.includes("admin"));
}

/** Equal for equal actions on one user. It is made of ids only, so every invitation has another one. */
export function actionReference(act: UserAction): string {
  if (act.kind === "user_change") return JSON.stringify(act.change, ["roles", "plan", "disabled"]);
  if (act.kind === "user_fee_plan") return JSON.stringify([act.accountId, act.feePlan]);
  if (act.kind === "user_controls") return JSON.stringify([act.accountId, act.loosens]);
  if (act.kind === "plan_limits") return JSON.stringify([act.plan, act.limits]);
  return act.kind === "user_erase" ? "erase" : crypto.randomUUID();
}

function personOf({ userId, roles, verifiedAt, disabledAt }: UserView): Person {
  return { userId, isAdministrator: roles.includes("admin") && verifiedAt !== null && disabledAt === null };
}
