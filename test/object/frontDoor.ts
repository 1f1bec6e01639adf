/** The gateway inside workerd, before real objects: what a request does to them, without a network between. */
import { env as coreEnv } from "cloudflare:workers";
import { exportJWK, generateKeyPair } from "jose";
import { createApp } from "../../workers/gateway/app.ts";
import type { Bindings } from "../../workers/gateway/context.ts";

/** What the gateway has besides what the objects have (vitest.config.ts). */
const env = coreEnv as typeof coreEnv & {
  readonly APPROVALS: DurableObjectNamespace;
  readonly THROTTLE: DurableObjectNamespace;
};

export const PASSWORD = "a horse that is correct";
const BOOTSTRAP_SECRET = "bootstrap";

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Person {
  readonly email: string;
  readonly accountId: string;
  readonly token: string;
  /** A request of the person with its access token. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

export type FrontDoor = Awaited<ReturnType<typeof frontDoor>>;

/** A front door, with what differs from its defaults. */
export async function frontDoor(settings: Partial<Bindings> = {}) {
  const app = createApp();
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const bindings: Bindings = {
    ...env,
    QUOTES: { fetch: async () => new Response(null, { status: 503 }) },
    JWT_KEYS: JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), kid: "k1" }] }),
    BOOTSTRAP_SECRET,
    OIDC_PROVIDERS: "[]",
    PUBLIC_URL: "https://exchange.test",
    CORS_ORIGINS: "",
    FOUR_EYES: "off",
    ...settings,
  };
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Reply> => {
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await app.request(`https://exchange.test${path}`, init, bindings);
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Reply["body"]) };
  };
  const signIn = async (email: string, accountId: string): Promise<Person> => {
    const { body } = await send("POST", "/v1/auth/login", {}, { email, password: PASSWORD });
    const token = String(body["access_token"]);
    const ask: Person["ask"] = (method, path, sent, headers = {}) =>
      send(method, path, { Authorization: `Bearer ${token}`, ...headers }, sent);
    return { email, accountId, token, ask };
  };
  /** The first administrator, or another user, whom an administrator makes. */
  const enrol = async (name: string, by?: Person, roles: readonly string[] = ["trader"]): Promise<Person> => {
    const email = `${name}-${crypto.randomUUID()}@example.com`;
    const { status, body } =
      by === undefined
        ? await send(
            "POST",
            "/v1/admin/bootstrap",
            { Authorization: `Bearer ${BOOTSTRAP_SECRET}` },
            { email, password: PASSWORD },
          )
        : await by.ask("POST", "/v1/admin/users", { email, password: PASSWORD, roles, verified: true });
    if (status !== 201) throw new Error(`no user: ${status} ${JSON.stringify(body)}`);
    return signIn(email, String(body["account_id"]));
  };
  return { send, signIn, enrol };
}
