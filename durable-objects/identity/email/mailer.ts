/** How mail leaves: Amazon SES, or the outbox that a developer reads in a browser. */
import { AwsClient } from "aws4fetch";
import * as z from "zod";
import type { Mail, DevMailboxRpc } from "../../../protocol/rpc/mail.ts";
import { guardedFetch } from "../../../protocol/http/guardedFetch.ts";

export interface Mailer {
  /** Hands one mail over. Rejects when it was not taken; the text of that names no address. */
  send(mail: Mail): Promise<void>;
}

/** What has been seen of SES by every login of this isolate: while it is down, their mail waits for one try at a time. */
const outgoing = guardedFetch();

/** Text of the secret SES_CREDENTIALS. */
const SesCredentials = z.strictObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) });
export type SesCredentials = z.infer<typeof SesCredentials>;

/** What of the environment decides how mail leaves. */
export interface MailSettings {
  readonly MAILER: string;
  readonly MAIL_FROM: string;
  readonly SES_REGION: string;
  readonly SES_CREDENTIALS: string;
}

/** The mailer of this deployment. Throws for settings that make none. */
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
      // Read to the end, or the connection is not used again. It may name the address, so it goes nowhere.
      await answer.arrayBuffer();
      const kind = answer.headers.get("x-amzn-errortype") ?? "";
      if (!answer.ok) throw new Error(`SES answered ${answer.status} ${kind.replaceAll(/[^\w]/g, "").slice(0, 64)}`);
    },
  };
}
