/** The walk: every route there is, with every role, with keys and apps, and with nobody. */
import { expect, test } from "vitest";
import { type Principal, ROLES, type Role, SCOPES, type Scope } from "../../protocol/access.ts";
import type { Known, Method, PathRules, Rule } from "../../workers/gateway/access/rule.ts";
import { ACCESS } from "../../workers/gateway/access/table.ts";
import { admit } from "../../workers/gateway/middleware/guard.ts";
import { app, send, TRADER, UNAUTHORIZED } from "./fakes.ts";

const NOW = 1_760_000_000_000;

interface Served {
  readonly method: Method;
  readonly path: string;
  readonly rule: Rule;
}

const served: Served[] = Object.entries<PathRules>(ACCESS).flatMap(([path, rules]) =>
  Object.entries(rules).map(([method, rule]) => ({ method: method as Method, path, rule })),
);
const closed = served.flatMap(({ method, path, rule }) => (rule.who === "anyone" ? [] : [{ method, path, rule }]));

test("ID-21: the table has every route of the app, and the app every route of the table", () => {
  const routed = app.routes
    .filter(({ method, path }) => method !== "ALL" && path !== "/*")
    .map(({ method, path }) => `${method} ${path}`);
  const listed = served.map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(routed)].sort()).toEqual(listed.sort());
});

test("ID-21: what is not open to anyone is closed to nobody's requests, on every route", async () => {
  for (const { method, path } of closed) {
    const address = path.replace(/\/:\w+/g, "/x").replace(/\*$/, "x");
    const reply = await send(method, address);
    expect(reply, `${method} ${path}`).toMatchObject({ status: 401, body: UNAUTHORIZED });
  }
});

/** The reason why a caller may not; null when it may. */
function refusal(rule: Known, principal: Principal, proof: "session" | "key" | "app", steppedUpAt: number | null) {
  try {
    admit(rule, { principal, route: "R", proof, credential: "c", steppedUpAt }, NOW);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

test("ID-21: every role gets in where the table has it, and nowhere else", () => {
  for (const { method, path, rule } of closed) {
    for (const role of ROLES) {
      const got = refusal(rule, { ...TRADER, roles: [role] }, "session", NOW);
      expect(got, `${method} ${path} as ${role}`).toBe(rule.who.includes(role) ? null : "forbidden");
    }
    expect(refusal(rule, { ...TRADER, roles: [] }, "session", NOW)).toBe("forbidden");
  }
});

test("ID-21: keys and apps do what their scopes say, and nothing with the login itself", () => {
  for (const { method, path, rule } of closed) {
    for (const proof of ["key", "app"] as const) {
      for (const scope of [...SCOPES, null]) {
        const scopes: Scope[] = scope === null ? [] : [scope];
        const got = refusal(
          { ...rule, stepUp: undefined } as never,
          { ...TRADER, roles: [...ROLES], scopes },
          proof,
          null,
        );
        const wanted =
          rule.scope === null ? "sign_in_required" : rule.scope === "any" || rule.scope === scope ? null : "forbidden";
        expect(got, `${method} ${path} by ${proof} with ${scope}`).toBe(wanted);
      }
    }
  }
});

test("ID-22: what asks for a fresh proof is refused without one, and with one that is old", () => {
  const rule: Known = { who: ["trader"] satisfies Role[], scope: null, stepUp: true };
  expect(refusal(rule, TRADER, "session", null)).toBe("step_up_required");
  expect(refusal(rule, TRADER, "session", NOW - 300_001)).toBe("step_up_required");
  expect(refusal(rule, TRADER, "session", NOW - 300_000)).toBeNull();
});
