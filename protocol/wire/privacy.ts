/** Bodies and answers of the privacy endpoints. Unknown fields are refused: nothing else can be set. */
import * as z from "zod";
import { plainText } from "./plainText.ts";

/** What a person may agree to; `terms` is the version that was agreed to. */
export const CONSENTS = ["terms", "marketing", "analytics"] as const;
export type ConsentName = (typeof CONSENTS)[number];

const NAME_LENGTH_MAX = 100;
const VERSION_LENGTH_MAX = 32;

export const termsVersion = plainText(VERSION_LENGTH_MAX)
  .min(1)
  .describe("The version of the terms that is agreed to.");

export const consentChange = z
  .strictObject({
    terms: termsVersion
      .nullable()
      .optional()
      .describe("The version of the terms that is agreed to; null: none any more."),
    marketing: z.boolean().optional().describe("May we write about news."),
    analytics: z.boolean().optional().describe("May we count how the terminal is used."),
  })
  .refine((change) => Object.keys(change).length > 0, { error: "at least one consent" })
  .meta({ id: "ConsentChange" });

const consentName = z.enum(CONSENTS);
const consentValue = z.union([z.string(), z.boolean(), z.null()]);

export const wireConsents = z
  .object({
    consents: z
      .partialRecord(consentName, z.object({ value: consentValue, at: z.iso.datetime() }))
      .describe("What counts now."),
    history: z
      .array(
        z.object({
          what: consentName,
          value: consentValue,
          at: z.iso.datetime(),
          ip: z.string(),
          user_agent: z.string(),
        }),
      )
      .describe("Everything that was ever said, oldest first."),
  })
  .meta({ id: "Consents" });
export type WireConsents = z.infer<typeof wireConsents>;

/** What a person may change of itself. Roles, plan and ids are not among it. */
export const personChange = z
  .strictObject({
    name: plainText(NAME_LENGTH_MAX).trim().min(1).nullable().optional().describe("null takes it back."),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable()
      .optional()
      .describe("ISO 3166-1 alpha-2; null takes it back."),
  })
  .meta({ id: "PersonChange" });

export const wirePerson = z
  .object({ name: z.string().nullable(), country: z.string().nullable() })
  .meta({ id: "Person" });

export const eraseRequest = z
  .strictObject({ confirm: z.literal("erase").describe('The word "erase": there is no way back.') })
  .meta({ id: "EraseRequest" });

const ORIGINS_MAX = 500;
const SEALED_LENGTH_MAX = 2_048;
const sealedText = z.string().max(SEALED_LENGTH_MAX);

export const originsRequest = z
  .strictObject({
    origins: z
      .array(z.strictObject({ ip_address: sealedText, user_agent: sealedText }))
      .min(1)
      .max(ORIGINS_MAX),
  })
  .meta({ id: "SealedOrigins", description: "As the columns of the audit trail have them." });

export const wireOrigins = z
  .object({
    origins: z
      .array(z.object({ ip_address: z.string(), user_agent: z.string() }).nullable())
      .describe("In the same order; null: the account's key does not open it, or is destroyed."),
  })
  .meta({ id: "Origins" });

/** Users whose keys are rewrapped at a time: each is two objects. */
const TOUCHED_MAX = 100;

export const touchQuery = z.object({
  after: z.string().max(36).default("").describe("The `next` of the answer before."),
  limit: z.coerce.number().int().min(1).max(TOUCHED_MAX).default(TOUCHED_MAX),
});

export const wireTouched = z.object({ touched: z.int(), next: z.string().nullable() }).meta({ id: "TouchedVaults" });

export const wireErased = z
  .object({
    status: z.enum(["erased", "begun"]).describe("`begun`: something was out of reach; it goes on by itself."),
  })
  .meta({ id: "Erased" });
