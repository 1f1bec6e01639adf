/** Bodies, queries and answers of the endpoints of users, for administrators. */
import * as z from "zod";
import { ownAccountWire } from "./ownAccounts.ts";
import { PLANS } from "../../domain/rateLimit.ts";
import { REGIONS } from "../ids/region.ts";
import { ROLES } from "../auth/principal.ts";
import { email } from "./logins.ts";

const LIMIT_MAX = 200;
const limitText = `1 to ${LIMIT_MAX}`;

/** The number of rows of an answer. */
export const rowLimit = z
  .string()
  .regex(/^\d{1,4}$/, { error: limitText })
  .transform(Number)
  .pipe(z.number().min(1, { error: limitText }).max(LIMIT_MAX, { error: limitText }))
  .default(50);

export const usersQuery = z.object({
  email: email.optional(),
  /** Users by id, after this one. */
  after: z.string().max(64, { error: "a user id" }).default(""),
  limit: rowLimit,
});

export const userChange = z
  .strictObject({
    roles: z
      .array(z.enum(ROLES))
      .min(1)
      .refine((list) => new Set(list).size === list.length, { error: "each role once" })
      .optional(),
    plan: z.enum(PLANS).optional(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: "UserChange" });

const time = z.string().nullable();

export const userEntryWire = z
  .object({ user_id: z.string(), account_id: z.string(), created_at: z.string(), disabled_at: time })
  .meta({ id: "UserEntry" });

export const userWire = userEntryWire
  .extend({
    email: z.string(),
    roles: z.array(z.enum(ROLES)),
    plan: z.enum(PLANS),
    region: z.enum(REGIONS),
    verified_at: time,
    accounts: z.array(ownAccountWire),
    sessions: z.int(),
    keys: z.int(),
  })
  .meta({ id: "User" });

export const usersWire = z.object({
  users: z.array(z.union([userWire, userEntryWire])),
  next: z.string().nullable().describe("The `after` of the next page; null: this is the last page."),
});
