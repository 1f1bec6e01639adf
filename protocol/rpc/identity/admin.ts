/** RPC of a login for administrators: what they read and change. */
import type { AccountId, UserId } from "../../../domain/ids.ts";
import type { Plan } from "../../../domain/rateLimit.ts";
import type { Region } from "../../ids/region.ts";
import type { OwnAccount } from "./accounts.ts";
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
  /** Every account of the user; left out by an earlier release. */
  readonly accounts?: readonly OwnAccount[];
  /** The number of API keys. */
  readonly sessions: number;
  readonly keys: number;
}

/** Changes of a login; fields that are left out do not change. */
export interface UserChange {
  readonly roles?: readonly Role[];
  readonly plan?: Plan;
  readonly disabled?: boolean;
}

/** `by` is the administrator's user id: it goes into the login's security log. */
export interface AdministrationRpc {
  /** null when the login does not exist. */
  view(): Promise<UserView | null>;
  /** `approvedBy`: the second administrator, if the change needed one. */
  change(change: UserChange, by: UserId, approvedBy?: UserId): Promise<UserView | null>;
  /** Ends all sessions; returns their number. */
  endSessions(by: UserId): Promise<number>;
  /** Ends an API key; false when the login has no such key. */
  revokeKey(keyId: string, by: UserId): Promise<boolean>;
}
