/** Sends e-mails by Amazon SES, or to the DevMailbox object. */
import { AwsClient } from "aws4fetch";
import * as z from "zod";
import type { Email, DevMailboxRpc } from "../../../protocol/rpc/devMailbox.ts";
import { guardedFetch } from "../../../protocol/http/guardedFetch.ts";

export interface Mailer {
  /** Sends one e-mail. Rejects when it was not accepted; the error contains no address. */
  send(mail: Email): Promise<void>;
}

/**
 * The circuit breaker for SES, shared by all logins of this isolate: while SES is down, one request at a time is tried.
 */
const outgoing = guardedFetch();

/** The secret SES_CREDENTIALS, parsed. */
const SesCredentials = z.strictObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) });
export type SesCredentials = z.infer<typeof SesCredentials>;

/** The variables that select the mailer. */
export interface MailSettings {
  readonly MAILER: string;
  readonly MAIL_FROM: string;
  readonly SES_REGION: string;
  readonly SES_CREDENTIALS: string;
}

/** The mailer of this deployment. Throws when the settings are invalid. */
export function mailerOf(settings: MailSettings, outbox: () => DevMailboxRpc): Mailer {
  const { MAILER, MAIL_FROM, SES_REGION, SES_CREDENTIALS } = settings;
  if (MAILER === "outbox") return { send: (mail) => outbox().put(mail) };
  if (MAILER !== "ses") throw new Error(`MAILER must be "ses" or "outbox", not ${JSON.stringify(MAILER)}`);
  const endpoint = `https://email.${SES_REGION}.amazonaws.com`;
  return sesMailer(endpoint, SES_REGION, MAIL_FROM, SesCredentials.parse(JSON.parse(SES_CREDENTIALS)));
}

/** Sends by SES (API v2, SendEmail) at `endpoint`, from the address `from`, which SES must have verified. */
export function sesMailer(endpoint: string, region: string, from: string, credentials: SesCredentials): Mailer {
  const client = new AwsClient({ ...credentials, service: "ses", region, retries: 0 });
  return {
    async send({ to, subject, text }) {
      const content = (data: string) => ({ Data: data, Charset: "UTF-8" });
      const request = await client.sign(`${endpoint}/v2/email/outbound-emails`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: content(subject), Body: { Text: content(text) } } },
        }),
      });
      const answer = await outgoing(request);
      // Read to the end, so that the connection is reused. It may contain the address, so it is not logged.
      await answer.arrayBuffer();
      const kind = answer.headers.get("x-amzn-errortype") ?? "";
      if (!answer.ok) throw new Error(`SES answered ${answer.status} ${kind.replaceAll(/[^\w]/g, "").slice(0, 64)}`);
    },
  };
}
