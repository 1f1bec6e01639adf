/** The gateway inside workerd with real objects, without a network between them. */
import { env as coreEnv } from "cloudflare:workers";
import { exportJWK, generateKeyPair } from "jose";
import { vi } from "vitest";
import { devMailboxObject } from "../../durable-objects/actor/namespaces.ts";
import { codeAt } from "../totpCodes.ts";
import { createApp } from "../../workers/gateway/app.ts";
import type { Bindings } from "../../workers/gateway/context.ts";

/** Bindings of the gateway besides those of the objects (vitest.config.ts). */
const env = coreEnv as typeof coreEnv & {
  readonly THROTTLE: DurableObjectNamespace;
};

export const PASSWORD = "a horse that is correct";

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

export interface TestUser {
  readonly email: string;
  readonly accountId: string;
  readonly token: string;
  /** Sends a request with the user's access token. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

export type GatewayHarness = Awaited<ReturnType<typeof gatewayHarness>>;

/** A gateway with settings that differ from the defaults. */
export async function gatewayHarness(settings: Partial<Bindings> = {}) {
  const app = createApp();
  // Each bootstrap secret creates one administrator.
  let bootstrapSecret = crypto.randomUUID();
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const bindings: Bindings = {
    ...env,
    QUOTES: { fetch: async () => new Response(null, { status: 503 }) },
    JWT_KEYS: JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), kid: "k1" }] }),
    BOOTSTRAP_SECRET: "",
    OIDC_PROVIDERS: "[]",
    PUBLIC_URL: "https://exchange.test",
    CORS_ORIGINS: "",
    FOUR_EYES: "off",
    ...settings,
  };
  const request = async (path: string, init: RequestInit): Promise<Response> =>
    app.request(`https://exchange.test${path}`, init, { ...bindings, BOOTSTRAP_SECRET: bootstrapSecret });
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Reply> => {
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await request(path, init);
    const text = await response.text();
    const { status, headers: given } = response;
    return { status, headers: given, body: text === "" ? {} : (JSON.parse(text) as Reply["body"]) };
  };
  const signIn = async (email: string, accountId: string): Promise<TestUser> => {
    const { body } = await send("POST", "/v1/auth/login", {}, { email, password: PASSWORD });
    const token = String(body["access_token"]);
    const ask: TestUser["ask"] = (method, path, sent, headers = {}) =>
      send(method, path, { Authorization: `Bearer ${token}`, ...headers }, sent);
    return { email, accountId, token, ask };
  };
  /** Sets the password of an invited user, with the code of the e-mail. */
  const acceptInvitation = async (email: string): Promise<void> => {
    const token = await vi.waitFor(async () => {
      const mail = (await devMailboxObject(env).list()).find(({ to }) => to === email);
      const code = /[8A-Z2-7]{52,53}/.exec(mail?.text ?? "")?.[0];
      if (code === undefined) throw new Error(`no invitation came to ${email}`);
      return code;
    }, 10_000);
    const reply = await send("POST", "/v1/auth/password/reset", {}, { token, password: PASSWORD });
    if (reply.status !== 200) throw new Error(`the invitation was not taken: ${JSON.stringify(reply)}`);
  };
  /**
   * Creates an administrator by bootstrap, or a user who is invited by the administrator `by`; `approver` approves it when
   * required.
   */
  const enrol = async (
    name: string,
    by?: TestUser,
    roles: readonly string[] = ["trader"],
    approver?: TestUser,
  ): Promise<TestUser> => {
    const email = `${name}-${crypto.randomUUID()}@example.com`;
    if (by === undefined) {
      bootstrapSecret = crypto.randomUUID();
      const authorization = { Authorization: `Bearer ${bootstrapSecret}` };
      const made = await send("POST", "/v1/admin/bootstrap", authorization, { email, password: PASSWORD });
      if (made.status !== 201) throw new Error(`no administrator: ${made.status} ${JSON.stringify(made.body)}`);
      return signIn(email, String(made.body["account_id"]));
    }
    let made = await by.ask("POST", "/v1/admin/users", { email, roles });
    if (made.status === 202 && approver !== undefined) {
      made = await approver.ask("POST", `/v1/admin/approvals/${String(made.body["approval_id"])}/approve`);
    }
    if (made.status > 201) throw new Error(`no user: ${made.status} ${JSON.stringify(made.body)}`);
    await acceptInvitation(email);
    return signIn(email, String(made.body["account_id"]));
  };
  /** Enrols a second factor, which approvals require. */
  const secured = async (person: TestUser): Promise<TestUser> => {
    const secret = String((await person.ask("POST", "/v1/mfa/totp")).body["secret"]);
    const { status } = await person.ask("POST", "/v1/mfa/totp/confirm", { code: codeAt(secret, Date.now()) });
    if (status !== 200) throw new Error(`no second factor: ${status}`);
    return person;
  };
  return { request, send, signIn, enrol, secured };
}
