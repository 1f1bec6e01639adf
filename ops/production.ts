/** What an environment with real users needs before it may be deployed. */
import type { BaseConfig } from "./environments.ts";

/** What the base configurations say until somebody decides: never an exchange of ours. */
const PLACEHOLDER = /\bexchange\.example\b/;
const IN_VARS = 'under "vars" of this environment in ops/environments.json';

/** Why these configurations may not be deployed there, each with what to do; none: they may. */
export function unfitForProduction(configs: readonly BaseConfig[]): string[] {
  return configs.flatMap((config) => [...unfitPlace(config), ...unfitVars(config)]);
}

/** Beside its own address a script could be reached where no rule of the domain (firewall, bots, TLS) counts. */
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
