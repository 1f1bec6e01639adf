/** Bodies and answers of the endpoints of a user's accounts. */
import * as z from "zod";
import { ACCOUNT_STATES, ACCOUNT_TYPES } from "../../domain/accountType.ts";
import { plainText } from "./plainText.ts";

const NAME_LENGTH_MAX = 64;

const name = plainText(NAME_LENGTH_MAX).describe("The name that you give it.");
const type = z
  .enum(ACCOUNT_TYPES)
  .describe("`cash`; `margin`, which has the rules of a cash account for now; or `paper`, which trades without money.");

const paperCash = z
  .string()
  .optional()
  .describe("Paper money to begin with, in dollars, up to 100,000,000. By default 100,000. For a paper account only.");

export const newAccountRequest = z
  .strictObject({ type: type.default("cash"), name: name.default(""), cash: paperCash })
  .meta({ id: "NewAccount" });

export const accountChange = z
  .strictObject({
    name: name.optional(),
    is_default: z
      .literal(true)
      .optional()
      .describe("Requests that name no account use this one, with an access token that is made from now on."),
  })
  .meta({ id: "AccountChange" });

export const paperReset = z.strictObject({ cash: paperCash }).meta({ id: "PaperReset" });

export const ownAccountWire = z
  .object({
    account_id: z.string(),
    account_number: z.string(),
    type,
    name,
    state: z.enum(ACCOUNT_STATES).describe("`opening` and `closing` end by themselves within moments."),
    opened_at: z.string(),
    closed_at: z.string().nullable(),
    is_default: z.boolean().describe("Whether requests that name no account use it."),
  })
  .meta({ id: "OwnAccount" });

export const accountEntryWire = z
  .object({
    account_id: z.string(),
    access: z.enum(["owner", "read"]),
    account: ownAccountWire.nullable().describe("null for an account that is shared with you."),
    grant_id: z.string().nullable(),
    owner_email: z.string().nullable(),
    shared_at: z.string().nullable(),
  })
  .meta({ id: "AccountEntry" });

export const accountEntriesWire = z.object({ accounts: z.array(accountEntryWire) });
