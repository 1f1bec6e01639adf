/** Bodies and answers of the endpoints of accounts and grants on them. */
import * as z from "zod";
import { email } from "./logins.ts";

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
