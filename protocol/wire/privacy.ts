/** Bodies and answers of the privacy endpoints. Unknown fields are refused. */
import * as z from "zod";
import { plainText } from "./plainText.ts";

/** The consents of a user; `terms` is the accepted version. */
export const CONSENTS = ["terms", "marketing", "analytics"] as const;
export type ConsentName = (typeof CONSENTS)[number];

const NAME_LENGTH_MAX = 100;
const VERSION_LENGTH_MAX = 32;

export const termsVersion = plainText(VERSION_LENGTH_MAX).min(1).describe("The accepted version of the terms.");

export const consentChange = z
  .strictObject({
    terms: termsVersion
      .nullable()
      .optional()
      .describe("The accepted version of the terms; null withdraws the consent."),
    marketing: z.boolean().optional().describe("Consent to e-mails about news."),
    analytics: z.boolean().optional().describe("Consent to usage statistics of the terminal."),
  })
  .refine((change) => Object.keys(change).length > 0, { error: "at least one consent" })
  .meta({ id: "ConsentChange" });

const consentName = z.enum(CONSENTS);
const consentValue = z.union([z.string(), z.boolean(), z.null()]);

export const wireConsents = z
  .object({
    consents: z
      .partialRecord(consentName, z.object({ value: consentValue, at: z.iso.datetime() }))
      .describe("The present consents."),
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
      .describe("Every change, oldest first."),
  })
  .meta({ id: "Consents" });
export type WireConsents = z.infer<typeof wireConsents>;

/** Details that users may change themselves. */
export const personChange = z
  .strictObject({
    name: plainText(NAME_LENGTH_MAX).trim().min(1).nullable().optional().describe("null removes it."),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable()
      .optional()
      .describe("ISO 3166-1 alpha-2; null removes it."),
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
  .meta({ id: "SealedOrigins", description: "The encrypted values, as in the audit trail's columns." });

export const wireOrigins = z
  .object({
    origins: z
      .array(z.object({ ip_address: z.string(), user_agent: z.string() }).nullable())
      .describe("In the same order; null: the account's key does not decrypt it, or is destroyed."),
  })
  .meta({ id: "Origins" });

/** Users per call whose keys are wrapped again; each costs calls of two objects. */
const TOUCHED_MAX = 100;

export const touchQuery = z.object({
  after: z.string().max(36).default("").describe("`next` of the previous answer."),
  limit: z.coerce.number().int().min(1).max(TOUCHED_MAX).default(TOUCHED_MAX),
});

export const wireTouched = z.object({ touched: z.int(), next: z.string().nullable() }).meta({ id: "TouchedVaults" });

export const wireErased = z
  .object({
    status: z
      .enum(["erased", "begun"])
      .describe("`begun`: a part of the exchange was out of reach; the erasure is retried until it is complete."),
  })
  .meta({ id: "Erased" });
