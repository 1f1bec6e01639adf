import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { mailerOf, sesMailer } from "./mailer.ts";

const MAIL = { to: "ada@example.com", subject: "Grüße", text: "line one\nline two" };
const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "not a real one" };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Asked {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Answers as SES would; gives what it was asked. */
async function ses(status: number, body: string): Promise<{ endpoint: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      asked.push({ method, path, headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(status, { "x-amzn-errortype": "MessageRejected:http://internal/" });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test("ID-36: SES is asked by its API of version 2, signed for its region", async () => {
  const { endpoint, asked } = await ses(200, '{"MessageId":"m"}');
  await sesMailer(endpoint, "eu-central-1", "Exchange <no-reply@exchange.test>", CREDENTIALS).send(MAIL);
  expect(asked).toMatchObject([
    {
      method: "POST",
      path: "/v2/email/outbound-emails",
      body: {
        FromEmailAddress: "Exchange <no-reply@exchange.test>",
        Destination: { ToAddresses: [MAIL.to] },
        Content: { Simple: { Subject: { Data: MAIL.subject }, Body: { Text: { Data: MAIL.text } } } },
      },
    },
  ]);
  const { authorization } = asked[0]?.headers ?? {};
  expect(authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/ses\/aws4_request, SignedHeaders=[\w;-]+, Signature=[0-9a-f]{64}$/,
  );
  expect(authorization).not.toContain("not a real one");
});

test("ID-36: an e-mail that SES refuses rejects, and the error contains no address", async () => {
  const { endpoint } = await ses(400, '{"message":"Email address is not verified: ada@example.com"}');
  const sent = sesMailer(endpoint, "eu-central-1", "no-reply@exchange.test", CREDENTIALS).send(MAIL);
  await expect(sent).rejects.toThrow(/^SES answered 400 MessageRejected/);
  await expect(sent).rejects.not.toThrow("ada@");
});

test("GW-20: repeated failures of SES open the circuit breaker, and e-mails wait", async () => {
  const { endpoint, asked } = await ses(503, "{}");
  const mailer = sesMailer(endpoint, "eu-central-1", "no-reply@exchange.test", CREDENTIALS);
  for (let tries = 0; tries < 5; tries++) await expect(mailer.send(MAIL)).rejects.toThrow("SES answered 503");
  const before = asked.length;
  await expect(mailer.send(MAIL)).rejects.toThrow(/does not answer; the next try is in/);
  expect(asked).toHaveLength(before);
});

test("ID-36: invalid mailer settings are refused", () => {
  const settings = { MAILER: "ses", MAIL_FROM: "x@exchange.test", SES_REGION: "eu-central-1", SES_CREDENTIALS: "none" };
  const outbox = () => {
    throw new Error("not asked");
  };
  expect(() => mailerOf(settings, outbox)).toThrow(/JSON|token/);
  expect(() => mailerOf({ ...settings, SES_CREDENTIALS: "{}" }, outbox)).toThrow(/accessKeyId/);
  expect(() => mailerOf({ ...settings, MAILER: "pigeons" }, outbox)).toThrow("MAILER must be");
});
