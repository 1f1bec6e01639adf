/** Grants on accounts as REST answers. */
import * as z from "zod";
import type { AccountEntry, GrantView } from "../rpc/identity/grants.ts";
import { grantWire, accountEntryWire } from "../wire/grants.ts";

/** The grant object for the account's owner. */
export function grantToWire({ id, email, access, createdAt }: GrantView): z.infer<typeof grantWire> {
  return { id, email, access, created_at: new Date(createdAt).toISOString() };
}

/** The object of an account that the caller may use. */
export function accountEntryToWire({ accountId, grant }: AccountEntry): z.infer<typeof accountEntryWire> {
  return {
    account_id: accountId,
    access: grant?.access ?? "owner",
    grant_id: grant?.id ?? null,
    owner_email: grant?.ownerEmail ?? null,
    shared_at: grant === null ? null : new Date(grant.createdAt).toISOString(),
  };
}
