/** Bodies and answers of the endpoints of accounts and who shares them. */
import * as z from "zod";
import type { AccountEntry, GrantView } from "./identity/grantRpc.ts";
import { email } from "./identity.ts";

export const newGrantRequest = z
  .strictObject({ email, access: z.literal("read").default("read") })
  .meta({ id: "NewGrant" });

export const grantWire = z
  .object({ id: z.string(), email: z.string(), access: z.literal("read"), created_at: z.string() })
  .meta({ id: "Grant" });

export const grantsWire = z.object({ grants: z.array(grantWire) });

export const accountEntryWire = z
  .object({
    account_id: z.string(),
    access: z.enum(["owner", "read"]),
    grant_id: z.string().nullable(),
    owner_email: z.string().nullable(),
    shared_at: z.string().nullable(),
  })
  .meta({ id: "AccountEntry" });

export const accountEntriesWire = z.object({ accounts: z.array(accountEntryWire) });

/** A grant as the account's owner sees it. */
export function grantToWire({ id, email, access, createdAt }: GrantView): z.infer<typeof grantWire> {
  return { id, email, access, created_at: new Date(createdAt).toISOString() };
}

/** An account that the caller may use. */
export function accountEntryToWire({ accountId, grant }: AccountEntry): z.infer<typeof accountEntryWire> {
  return {
    account_id: accountId,
    access: grant?.access ?? "owner",
    grant_id: grant?.id ?? null,
    owner_email: grant?.ownerEmail ?? null,
    shared_at: grant === null ? null : new Date(grant.createdAt).toISOString(),
  };
}
