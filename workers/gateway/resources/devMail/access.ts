import { type AccessRules, anyone } from "../../accessRule.ts";

/** E-mails that are kept instead of sent (MAILER); 404 where e-mails are sent. */
export const ACCESS = {
  "/dev/outbox": { GET: anyone },
  "/dev/outbox.json": { GET: anyone },
} as const satisfies AccessRules;
