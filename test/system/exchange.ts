/** A whole exchange for system tests: three workers on the production bundle, a real PostgreSQL behind the bridge. */
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair } from "jose";
import pg from "pg";
import { vi } from "vitest";
import { createTestHarness } from "wrangler";
import { newKeyEncryptionKeys } from "../../dev/secrets.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { Region } from "../../protocol/ids/region.ts";
import { startTestDatabase, type TestDatabase } from "../../dev/testing.ts";
import { undescribed } from "../described.ts";

const BOOTSTRAP_SECRET = "system-test-bootstrap-secret";
const BOOTSTRAP = "/v1/admin/bootstrap";
const ADMIN = "admin@example.com";
/** Less than how long a sign-in counts as a fresh proof. */
const PROOF_MS = 4 * 60_000;
/** On this machine, so the port is the one that is asked. */
const PUBLIC_URL = "http://localhost";
export const PASSWORD = "correct horse battery staple";

/** A login with its API key and trading account. */
export interface Trader {
  readonly email: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly secret: string;
  readonly token: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // What a JSON endpoint answers: tests read it freely.
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of many shapes
  readonly body: any;
}

export interface Exchange {
  readonly url: string;
  readonly database: TestDatabase;
  /** Rows of a statement on the audit database. */
  rows(text: string, params?: unknown[]): Promise<Record<string, unknown>[]>;
  /** A new login, funded with dollars and shares; a market maker unless it is to have another plan. */
  trader(
    dollars: number,
    shares?: Readonly<Record<string, number>>,
    facts?: { readonly plan?: Plan; readonly region?: Region },
  ): Promise<Trader>;
  /** Chooses a password (PASSWORD) for somebody who was invited. */
  acceptInvitation(email: string): Promise<void>;
  /** An administrator, whose token is of a session that has lately proved who it is. */
  admin(): Promise<Trader>;
  /**
   * One request as a trader (API key headers) or, with null, as nobody. What the administrator changes it does in its
   * session: keys of administrators only read.
   */
  call(
    as: Trader | null,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Reply>;
  close(): Promise<void>;
}

/** Starts everything on free ports; about five seconds. `providers` are other ones to sign in with, as OIDC_PROVIDERS. */
export async function startExchange(providers = "[]"): Promise<Exchange> {
  const database = await startTestDatabase();
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: "test", alg: "ES256" };
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const harness = createTestHarness({
    root,
    workers: [
      {
        configPath: "wrangler.toml",
        secrets: {
          JWT_KEYS: JSON.stringify({ keys: [jwk] }),
          OIDC_PROVIDERS: providers,
          BOOTSTRAP_SECRET,
          MAILER: "outbox",
          FOUR_EYES: "off",
          JURISDICTIONS: "off",
          PUBLIC_URL,
        },
      },
      { configPath: "workers/quotes/wrangler.toml", secrets: { JURISDICTIONS: "off" } },
      {
        configPath: "durable-objects/wrangler.toml",
        secrets: {
          DATABASE_URL: database.writerUrl,
          DATABASE_URL_EU: database.writerUrl,
          JURISDICTIONS: "off",
          NEON_FETCH_ENDPOINT: database.fetchEndpoint,
          AUDIT_SIGNING_KEY: JSON.stringify(jwk),
          PII_MASTER_KEYS: newKeyEncryptionKeys(),
          MAILER: "outbox",
          PUBLIC_URL,
          FEED_CREDENTIALS: "none",
          SES_CREDENTIALS: "none",
        },
      },
    ],
  });
  const { url } = await harness.listen();
  const base = url.origin;
  let traders = 0;
  let logins = 0;
  let deposits = 0;
  let admin: Trader | null = null;
  let signedInAt = Date.now();

  const credentials = async (as: Trader, method: string, path: string): Promise<Record<string, string>> => {
    const inPerson = as.email === ADMIN && method !== "GET" && /^\/v1\/(admin|audit)\//.test(path);
    if (inPerson) return { Authorization: `Bearer ${(await administrator()).token}` };
    return { "APCA-API-KEY-ID": as.keyId, "APCA-API-SECRET-KEY": as.secret };
  };
  const call: Exchange["call"] = async (as, method, path, body, headers = {}) => {
    const keys = as === null ? {} : await credentials(as, method, path);
    const init: RequestInit = { method, headers: { ...keys, ...headers }, redirect: "error" };
    if (body !== undefined) init.body = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(base + path, init);
    const text = await response.text();
    const answer = text === "" ? null : (JSON.parse(text) as unknown);
    // Whatever a test is about, the answers it gets are what their descriptions say.
    const wrong = undescribed(method, path, response.status, answer);
    if (wrong !== "") throw new Error(`${method} ${path}: ${response.status} ${wrong}`);
    return { status: response.status, headers: response.headers, body: answer };
  };
  const expectStatus = (reply: Reply, status: number) => {
    if (reply.status !== status) throw new Error(`${reply.status} instead of ${status}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const signIn = async (email: string): Promise<string> => {
    // From an address of its own: few sign-ins a minute are let through from one.
    const from = { "CF-Connecting-IP": `198.51.100.${++logins}` };
    const login = { email, password: PASSWORD };
    return expectStatus(await call(null, "POST", "/v1/auth/login", login, from), 200).access_token;
  };
  /** Chooses the password of somebody who was invited, with the code that came by mail. */
  const acceptInvitation = async (email: string): Promise<void> => {
    const from = { "CF-Connecting-IP": `198.51.100.${++logins}` };
    const token = await vi.waitFor(
      async () => {
        const mails = (await call(null, "GET", "/dev/outbox.json", undefined, from)).body as readonly {
          to: string;
          text: string;
        }[];
        const code = /[8A-Z2-7]{52,53}/.exec(mails.find(({ to }) => to === email)?.text ?? "")?.[0];
        if (code === undefined) throw new Error(`no invitation came to ${email}`);
        return code;
      },
      { timeout: 15_000, interval: 50 },
    );
    const reply = await call(null, "POST", "/v1/auth/password/reset", { token, password: PASSWORD }, from);
    if (reply.status !== 200) throw new Error(`the invitation of ${email} was not taken: ${reply.status}`);
  };
  const enrol = async (
    email: string,
    path: string,
    headers: Record<string, string>,
    facts: Readonly<Record<string, unknown>> = {},
  ): Promise<Trader> => {
    const invited = path !== BOOTSTRAP;
    const login = invited ? { email } : { email, password: PASSWORD };
    const { account_id: accountId } = expectStatus(
      await call(null, "POST", path, { ...login, ...facts }, headers),
      201,
    );
    if (invited) await acceptInvitation(email);
    const token = await signIn(email);
    const bearer = { Authorization: `Bearer ${token}` };
    const key = expectStatus(await call(null, "POST", "/v1/keys", undefined, bearer), 201);
    return { email, accountId, keyId: key.key_id, secret: key.secret, token };
  };
  const administrator = async (): Promise<Trader> => {
    const now = Date.now();
    admin ??= await enrol(ADMIN, BOOTSTRAP, { Authorization: `Bearer ${BOOTSTRAP_SECRET}` });
    if (now - signedInAt > PROOF_MS) {
      admin = { ...admin, token: await signIn(ADMIN) };
      signedInAt = now;
    }
    return admin;
  };
  const fund = async (trader: Trader, amount: string, symbol?: string) => {
    const deposit = { reference: `deposit-${++deposits}`, amount, symbol };
    expectStatus(
      await call(await administrator(), "POST", `/v1/admin/accounts/${trader.accountId}/deposits`, deposit),
      200,
    );
  };

  return {
    url: base,
    database,
    admin: administrator,
    acceptInvitation,
    call,
    rows: async (text, params = []) => {
      const client = new pg.Client(database.url);
      await client.connect();
      try {
        return (await client.query(text, params)).rows as Record<string, unknown>[];
      } finally {
        await client.end();
      }
    },
    trader: async (dollars, shares = {}, facts = {}) => {
      const { token } = await administrator();
      const by = { Authorization: `Bearer ${token}` };
      const trader = await enrol(`trader${++traders}@example.com`, "/v1/admin/users", by, {
        plan: "market_maker",
        ...facts,
      });
      if (dollars > 0) await fund(trader, String(dollars));
      for (const [symbol, qty] of Object.entries(shares)) await fund(trader, String(qty), symbol);
      return trader;
    },
    close: async () => {
      await harness.close();
      await database.close();
    },
  };
}
