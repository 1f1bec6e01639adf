/** Every route, with every role, with keys and apps, and without credentials. */
import { expect, test } from "vitest";
import { type Principal, ROLES, type Role, SCOPES, type Scope } from "../../protocol/auth/principal.ts";
import { STREAM_PATHS } from "../../protocol/stream/permissions.ts";
import type { LoginRule, Method, MethodRules, AccessRule } from "../../workers/gateway/accessRule.ts";
import { ACCESS } from "../../workers/gateway/resources/registry.ts";
import { checkAccess } from "../../workers/gateway/middleware/authorize.ts";
import { app, identity, keyId, send, tokenOf } from "./fakes.ts";
import { ADMIN, TRADER, UNAUTHORIZED } from "./samples.ts";

const NOW = 1_760_000_000_000;

interface Served {
  readonly method: Method;
  readonly path: string;
  readonly rule: AccessRule;
}

const served: Served[] = Object.entries<MethodRules>(ACCESS).flatMap(([path, rules]) =>
  Object.entries(rules).map(([method, rule]) => ({ method: method as Method, path, rule })),
);
const closed = served.flatMap(({ method, path, rule }) => (rule.who === "anyone" ? [] : [{ method, path, rule }]));

test("ID-21: the access table and the app have the same routes", () => {
  const routed = app.routes
    .filter(({ method, path }) => method !== "ALL" && path !== "/*")
    .map(({ method, path }) => `${method} ${path}`);
  const listed = served.map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(routed)].sort()).toEqual(listed.sort());
});

test("ID-21: every route that is not public refuses requests without credentials", async () => {
  for (const { method, path } of closed) {
    const address = path.replace(/\/:\w+/g, "/x").replace(/\*$/, "x");
    const reply = await send(method, address);
    expect(reply, `${method} ${path}`).toMatchObject({ status: 401, body: UNAUTHORIZED });
  }
});

/** The reason of the refusal; null when the caller is allowed. */
function refusal(rule: LoginRule, principal: Principal, proof: "session" | "key" | "app", steppedUpAt: number | null) {
  try {
    checkAccess(rule, { principal, route: "R", proof, credential: "c", credentialDigest: "d", steppedUpAt }, NOW);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

test("ID-21: each role may call the routes that the access table gives it, and no others", () => {
  for (const { method, path, rule } of closed) {
    for (const role of ROLES) {
      const got = refusal(rule, { ...TRADER, roles: [role] }, "session", NOW);
      expect(got, `${method} ${path} as ${role}`).toBe(rule.who.includes(role) ? null : "forbidden");
    }
    expect(refusal(rule, { ...TRADER, roles: [] }, "session", NOW)).toBe("forbidden");
  }
});

test("ID-21: keys and apps may call what their scopes allow, and no route about the login itself", () => {
  for (const { method, path, rule } of closed) {
    for (const proof of ["key", "app"] as const) {
      for (const scope of [...SCOPES, null]) {
        const scopes: Scope[] = scope === null ? [] : [scope];
        const got = refusal({ ...rule, stepUp: undefined }, { ...TRADER, roles: [...ROLES], scopes }, proof, null);
        const wanted =
          rule.scope === null ? "sign_in_required" : rule.scope === "any" || rule.scope === scope ? null : "forbidden";
        expect(got, `${method} ${path} by ${proof} with ${scope}`).toBe(wanted);
      }
    }
  }
});

test("ID-22: a route with a step-up refuses a session without one, and one whose step-up is too old", () => {
  const rule: LoginRule = { who: ["trader"] satisfies Role[], scope: null, freshlyVerified: true, stepUp: true };
  expect(refusal(rule, TRADER, "session", null)).toBe("step_up_required");
  expect(refusal(rule, TRADER, "session", NOW - 300_001)).toBe("step_up_required");
  expect(refusal(rule, TRADER, "session", NOW - 300_000)).toBeNull();
});

/** The routes other than reads that administrators and auditors may call with a key, and why. */
const BY_KEY: readonly string[] = [
  // Re-encrypts with another key-encryption key, and decrypts nothing for the caller.
  "POST /v1/admin/vaults/touch",
];

const isOffice = ({ who }: LoginRule) => !who.includes("trader");
const address = (path: string) => path.replace(/\/:\w+/g, "/x").replace(/\*$/, "x");

test("ID-100: every route that moves money or that administrators change something with bypasses the caches and takes a session", () => {
  const acts = closed.filter(({ method, path, rule }) => {
    return isOffice(rule) && method !== "GET" && !BY_KEY.includes(`${method} ${path}`);
  });
  expect(acts.length).toBeGreaterThan(10);
  for (const { method, path, rule } of acts) {
    expect(rule, `${method} ${path}`).toMatchObject({ scope: null, freshlyVerified: true, stepUp: true });
  }
  for (const { method, path, rule } of closed) {
    const moves = rule.scope === "withdraw" || rule.stepUp !== undefined;
    if (moves) expect(rule.freshlyVerified, `${method} ${path}`).toBe(true);
  }
});

test("ID-100: every route that changes a login bypasses the caches", () => {
  const changes = closed.filter(({ method, rule }) => method !== "GET" && rule.scope === null);
  expect(changes.length).toBeGreaterThan(30);
  for (const { method, path, rule } of changes) expect(rule.freshlyVerified, `${method} ${path}`).toBe(true);
});

test("ID-100: an administrator's key only reads", async () => {
  identity.apiKeys.verify.mockResolvedValue({ ok: true, value: { ...ADMIN, scopes: [...SCOPES] } });
  const headers = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
  const acts = closed.filter(({ method, path, rule }) => {
    return isOffice(rule) && method !== "GET" && !BY_KEY.includes(`${method} ${path}`);
  });
  for (const { method, path } of acts) {
    const reply = await send(method, address(path), { headers, body: "{}" });
    expect(reply.body, `${method} ${path}`).toMatchObject({ detail: expect.stringContaining("signed-in") as string });
  }
  expect((await send("GET", "/v1/admin/acts", { headers })).status).toBe(200);
});

test("ID-100: a session or key that has just ended is refused where the caches are bypassed", async () => {
  const fresh = closed.filter(({ rule }) => rule.freshlyVerified === true);
  expect(fresh.length).toBeGreaterThan(20);
  for (const { method, path } of fresh) {
    const token = await tokenOf(ADMIN, { steppedUpAt: Date.now() });
    const headers = { Authorization: `Bearer ${token}` };
    expect((await send("GET", "/v1/me", { headers })).status).toBe(200);
    identity.loginSessions.verify.mockResolvedValueOnce({ ok: false, reason: "session_ended" });
    expect(await send(method, address(path), { headers }), `${method} ${path}`).toMatchObject({ status: 401 });
  }
  const key = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
  expect((await send("GET", "/v2/account", { headers: key })).status).toBe(200);
  identity.apiKeys.verify.mockResolvedValueOnce({ ok: false, reason: "no_such_key" });
  expect((await send("POST", "/v1/withdrawals", { headers: key, body: "{}" })).status).toBe(401);
});

test("ID-87: every stream path is in the table, and answers a plain request with 426", async () => {
  for (const path of Object.keys(STREAM_PATHS)) {
    expect(Object.keys(ACCESS)).toContain(path);
    expect(await send("GET", path), path).toMatchObject({ status: 426, body: { reason: "upgrade_required" } });
  }
});
