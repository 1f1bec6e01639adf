/** Bodies and answers of the API key endpoints. Unknown fields are refused. */
import * as z from "zod";
import { SCOPES } from "../auth/principal.ts";
import { isIpRange } from "../auth/ipRanges.ts";
import { plainText } from "./plainText.ts";

const NAME_LENGTH_MAX = 64;
const RANGES_MAX = 32;
/** The longest address is 45 characters, and its prefix four more. */
const RANGE_LENGTH_MAX = 49;

const name = plainText(NAME_LENGTH_MAX).describe("The name that you give it.");
const scopes = z
  .array(z.enum(SCOPES))
  .min(1)
  .refine((list) => new Set(list).size === list.length, { error: "each scope once" })
  .describe("What the key may do with the account. `trade` does not include `read`.");
const allowedIps = z
  .array(z.string().max(RANGE_LENGTH_MAX).refine(isIpRange, { error: "an address or a CIDR range without host bits" }))
  .max(RANGES_MAX)
  .describe("Addresses and CIDR ranges from which it may be used; empty: from everywhere.");
const expiresAt = z.iso.datetime({ offset: true }).nullable().describe("When it expires, RFC 3339; null: never.");

export const newKeyRequest = z
  .strictObject({
    name: name.default(""),
    account_id: z.uuid().toLowerCase().optional().describe("A trading account; without it your own."),
    scopes: scopes.default(["read", "trade"]),
    allowed_ips: allowedIps.default([]),
    expires_at: expiresAt.default(null),
  })
  .meta({ id: "NewKey" });

export const keyChange = z
  .strictObject({
    name: name.optional(),
    scopes: scopes.optional().describe("A subset of its scopes."),
    allowed_ips: allowedIps.optional(),
    expires_at: expiresAt.optional(),
  })
  .meta({ id: "KeyChange" });

export const keyWire = z
  .object({
    key_id: z.string(),
    name: z.string(),
    account_id: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    allowed_ips: z.array(z.string()),
    expires_at: z.string().nullable(),
    created_at: z.string(),
    last_used_at: z.string().nullable().describe("Rounded to the minute; null: never used."),
    last_used_ip: z.string().nullable(),
  })
  .meta({ id: "Key" });

export const keysWire = z.object({ keys: z.array(keyWire) });
export const createdKeyWire = keyWire
  .extend({ secret: z.string().describe("Shown only once.") })
  .meta({ id: "CreatedKey" });
