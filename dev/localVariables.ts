/** What the workers are given on a developer's own machine instead of what is deployed with them. */
import type { Secrets } from "./secrets.ts";

export interface LocalPlace {
  /** Where the exchange is reached: links in mail lead there. */
  readonly url: string;
  /** Of a login that is a member of exchange_writer. */
  readonly databaseUrl: string;
  /** Where the Neon driver sends its statements. */
  readonly fetchEndpoint: string;
}

/** Secrets and variables of all three workers by name; each takes those that its configuration names. */
export function localVariables(secrets: Secrets, place: LocalPlace): Readonly<Record<string, string>> {
  return {
    JWT_KEYS: JSON.stringify(secrets.jwtKeys),
    OIDC_PROVIDERS: "[]",
    BOOTSTRAP_SECRET: secrets.bootstrapSecret,
    AUDIT_SIGNING_KEY: JSON.stringify(secrets.auditSigningKey),
    PII_MASTER_KEYS: secrets.piiMasterKeys,
    MAILER: "outbox",
    FOUR_EYES: "off",
    PUBLIC_URL: place.url,
    SES_CREDENTIALS: "none",
    DATABASE_URL: place.databaseUrl,
    DATABASE_URL_EU: place.databaseUrl,
    JURISDICTIONS: "off",
    NEON_FETCH_ENDPOINT: place.fetchEndpoint,
  };
}
