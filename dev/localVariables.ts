/** Secrets and variables of the workers on a developer's machine, instead of those of a deployment. */
import type { Secrets } from "./secrets.ts";

/** What may be chosen for a start; the other variables of wrangler.toml come from the environment anyway. */
const CHOSEN = ["OIDC_PROVIDERS", "FOUR_EYES", "DEMO_ACCOUNTS", "FEED_CREDENTIALS"];

export interface LocalPlace {
  /** The exchange's URL, for links in e-mails. */
  readonly url: string;
  /** Connection string of a login with the role exchange_writer. */
  readonly databaseUrl: string;
  /** URL of the bridge, to which the Neon driver sends its statements. */
  readonly fetchEndpoint: string;
}

/** Secrets and variables of all three workers by name; each receives those that its configuration names. */
export function localVariables(secrets: Secrets, place: LocalPlace): Readonly<Record<string, string>> {
  return {
    JWT_KEYS: JSON.stringify(secrets.jwtKeys),
    OIDC_PROVIDERS: "[]",
    BOOTSTRAP_SECRET: secrets.bootstrapSecret,
    AUDIT_SIGNING_KEY: JSON.stringify(secrets.auditSigningKey),
    PII_MASTER_KEYS: secrets.piiMasterKeys,
    MAILER: "outbox",
    FOUR_EYES: "off",
    DEMO_ACCOUNTS: "on",
    PUBLIC_URL: place.url,
    FEED_CREDENTIALS: "none",
    SES_CREDENTIALS: "none",
    DATABASE_URL: place.databaseUrl,
    DATABASE_URL_EU: place.databaseUrl,
    JURISDICTIONS: "off",
    NEON_FETCH_ENDPOINT: place.fetchEndpoint,
  };
}

/** Those of the local variables that the environment of `npm run dev` sets itself. */
export function chosenVariables(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    CHOSEN.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
