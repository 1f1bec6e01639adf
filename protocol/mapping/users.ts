/** Users as REST answers. */
import * as z from "zod";
import type { DirectoryEntry } from "../rpc/directory.ts";
import type { UserView } from "../rpc/identity/admin.ts";
import { ownAccountToWire } from "./ownAccounts.ts";
import { userEntryWire, userWire } from "../wire/users.ts";

const textOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The user object with the fields of the directory. */
export function userEntryToWire(entry: Omit<DirectoryEntry, "route">): z.infer<typeof userEntryWire> {
  return {
    user_id: entry.userId,
    account_id: entry.accountId,
    created_at: new Date(entry.createdAt).toISOString(),
    disabled_at: textOf(entry.disabledAt),
  };
}

/** The user object with the fields of the login. */
export function userToWire(user: UserView): z.infer<typeof userWire> {
  const { email: address, roles, plan, region, accounts = [], sessions, keys } = user;
  return {
    ...userEntryToWire(user),
    email: address,
    roles: [...roles],
    plan,
    region,
    verified_at: textOf(user.verifiedAt),
    accounts: accounts.map(ownAccountToWire),
    sessions,
    keys,
  };
}
