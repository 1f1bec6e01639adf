/** What an environment with real users needs before it may be deployed. */
import type { BaseConfig } from "./environments.ts";

/** The PUBLIC_URL of the base configurations, a placeholder. */
const PLACEHOLDER = /\bexchange\.example\b/;
const IN_VARS = 'under "vars" of this environment in ops/environments.json';

/** Reasons why these configurations must not be deployed to production, each with its remedy. */
export function unfitForProduction(configs: readonly BaseConfig[]): string[] {
  return configs.flatMap((config) => [...unfitPlace(config), ...unfitVars(config)]);
}

/** Refuses further hostnames, to which the rules of the domain (firewall, bots, TLS) do not apply. */
function unfitPlace({ name, workers_dev, preview_urls }: BaseConfig): string[] {
  return [
    ...(workers_dev
      ? [
          `${name} would also be reached at workers.dev: set "workers_dev" to false for this environment, and PUBLIC_URL to its own address.`,
        ]
      : []),
    ...(preview_urls === false
      ? []
      : [`${name} would also be reached at preview URLs: set "preview_urls" to false for this environment.`]),
  ];
}

function unfitVars({ name, vars }: BaseConfig): string[] {
  const { MAILER, PUBLIC_URL, MAIL_FROM, SECURITY_CONTACT } = vars;
  return [
    ...(MAILER === undefined || MAILER === "ses"
      ? []
      : [`${name} would show all mail, with its codes, to everybody at /dev/outbox: set MAILER to "ses" ${IN_VARS}.`]),
    ...(PUBLIC_URL === undefined || isPublic(PUBLIC_URL)
      ? []
      : [`${name} has no public address: set PUBLIC_URL to its https address ${IN_VARS}.`]),
    ...(MAIL_FROM === undefined || !PLACEHOLDER.test(MAIL_FROM)
      ? []
      : [`${name} has no sender for its mail: set MAIL_FROM to an address that SES has verified ${IN_VARS}.`]),
    ...(SECURITY_CONTACT === undefined || /^(mailto:.+@.+|https:\/\/.+)$/.test(SECURITY_CONTACT)
      ? []
      : [
          `${name} has no contact for security reports: set SECURITY_CONTACT to a "mailto:" or "https:" address ${IN_VARS}.`,
        ]),
  ];
}

function isPublic(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === "https:" && !PLACEHOLDER.test(url.hostname) && url.hostname.includes(".");
}
