/** What administrators see and change of a login. */
import type { AccountId, UserId } from "../../../domain/ids.ts";
import type { Plan } from "../../../domain/rateLimit.ts";
import type { Region } from "../../ids/region.ts";
import type { Role } from "../../auth/principal.ts";

export interface UserView {
  readonly userId: UserId;
  readonly accountId: AccountId;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly plan: Plan;
  readonly region: Region;
  readonly createdAt: number;
  readonly verifiedAt: number | null;
  readonly disabledAt: number | null;
  /** How many there are. */
  readonly sessions: number;
  readonly keys: number;
}

/** What is left out stays. */
export interface UserChange {
  readonly roles?: readonly Role[];
  readonly plan?: Plan;
  readonly disabled?: boolean;
}

/** `by` is the administrator's user id: it goes into the login's security log. */
export interface AdministrationRpc {
  /** null: nobody has registered this login. */
  view(): Promise<UserView | null>;
  /** `approvedBy`: the second administrator, where there are two. */
  change(change: UserChange, by: UserId, approvedBy?: UserId): Promise<UserView | null>;
  /** Ends all sessions; how many those were. */
  endSessions(by: UserId): Promise<number>;
  /** False: the login has no such key. */
  revokeKey(keyId: string, by: UserId): Promise<boolean>;
}
