/** Grants on accounts as REST answers. */
import * as z from "zod";
import type { GrantView } from "../rpc/identity/grants.ts";
import type { grantWire } from "../wire/grants.ts";

/** The grant object for the account's owner. */
export function grantToWire({ id, email, access, createdAt }: GrantView): z.infer<typeof grantWire> {
  return { id, email, access, created_at: new Date(createdAt).toISOString() };
}
