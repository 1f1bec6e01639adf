/** The accounts of a user as REST answers. */
import * as z from "zod";
import type { OwnAccount } from "../rpc/identity/accounts.ts";
import type { AccountEntry } from "../rpc/identity/grants.ts";
import type { accountEntryWire, ownAccountWire } from "../wire/ownAccounts.ts";

/** An account for its owner. */
export function ownAccountToWire(account: OwnAccount): z.infer<typeof ownAccountWire> {
  const { accountId, number, type, name, state, openedAt, closedAt, isDefault } = account;
  return {
    account_id: accountId,
    account_number: number,
    type,
    name,
    state,
    opened_at: new Date(openedAt).toISOString(),
    closed_at: closedAt === null ? null : new Date(closedAt).toISOString(),
    is_default: isDefault,
  };
}

/** The object of an account that the caller may use. */
export function accountEntryToWire({ accountId, own, grant }: AccountEntry): z.infer<typeof accountEntryWire> {
  return {
    account_id: accountId,
    access: grant?.access ?? "owner",
    account: own === undefined ? null : ownAccountToWire(own),
    grant_id: grant?.id ?? null,
    owner_email: grant?.ownerEmail ?? null,
    shared_at: grant === null ? null : new Date(grant.createdAt).toISOString(),
  };
}
