import { expect, test, vi } from "vitest";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { newKeyId, routeOfEmail } from "../../../protocol/ids/loginRoute.ts";
import { SEEDED } from "../../../domain/market/listing.ts";
import { readHandshake } from "./handshake.ts";
import { onMessage, openSession } from "./session.ts";
import { authenticate } from "./streamAuthentication.ts";

const [OWN, SECOND, SHARED, OTHERS] = ["a", "b", "c", "d"].map((end) => `7d3c0a4e-0000-4000-8000-00000000000${end}`);
const ADA: Principal = { userId: "ada", accountId: OWN ?? "", roles: ["trader"] };

/** A login with two accounts of its own, and one that is shared with it. */
function login(kind: "person" | "app" = "person") {
  const view = { kind, principal: ADA, steppedUpAt: null, csrfToken: "" };
  const object = {
    loginSessions: { verify: vi.fn(async () => ({ ok: true, value: view })) },
    apiKeys: { verify: vi.fn(async () => ({ ok: true, value: ADA })) },
    ownAccounts: {
      access: vi.fn(async (id: string) => {
        if (id === OWN || id === SECOND) return { own: true };
        return { own: false, scopes: id === SHARED ? ["read"] : [] };
      }),
    },
  };
  return { ...object, env: { IDENTITY: { getByName: () => object }, JURISDICTIONS: "off" } };
}

const SESSION = crypto.randomUUID();

/** A token as the relay reads it: its login verifies it. */
function token(route: string): string {
  const part = (of: object) => btoa(JSON.stringify(of)).replaceAll("=", "");
  const claims = { sub: "ada", account: OWN, route, sid: SESSION, jti: "j".repeat(40), exp: 9_999_999_999 };
  return `${part({ alg: "ES256", typ: "at+jwt" })}.${part(claims)}.x`;
}

test("AC-92: a session streams any account of its own, and none of anybody else", async () => {
  const { env } = login();
  const secret = token(await routeOfEmail("ada@example.com"));
  const as = (accountId?: string) =>
    authenticate(env, "relay-0", { keyId: "oauth", secret, ...(accountId === undefined ? {} : { accountId }) }, "");
  expect(await as()).toMatchObject({ principal: ADA });
  expect(await as(OWN)).toMatchObject({ principal: ADA });
  expect(await as(SECOND)).toMatchObject({ principal: { ...ADA, accountId: SECOND }, credential: { id: SESSION } });
  for (const id of [SHARED, OTHERS, "", "null"]) expect(await as(id), id).toBe("wrong");
});

test("AC-92: a key and an app stream the account that they were made for", async () => {
  const route = await routeOfEmail("ada@example.com");
  const [person, app] = [login(), login("app")];
  const key = { keyId: newKeyId(route), secret: "s" };
  expect(await authenticate(person.env, "relay-0", key, "::1")).toMatchObject({ principal: ADA });
  expect(await authenticate(person.env, "relay-0", { ...key, accountId: OWN ?? "" }, "::1")).toMatchObject({});
  expect(await authenticate(person.env, "relay-0", { ...key, accountId: SECOND ?? "" }, "::1")).toBe("wrong");
  const credentials = { keyId: "oauth", secret: token(route), accountId: SECOND ?? "" };
  expect(await authenticate(app.env, "relay-0", credentials, "")).toBe("wrong");
  for (const { ownAccounts } of [person, app]) expect(ownAccounts.access).not.toHaveBeenCalled();
});

test("AC-92: an upgrade names the account in its query or in a header; a text that is no id is nobody's", () => {
  const read = (query: string, header?: string) =>
    readHandshake({
      url: `https://exchange.test/stream${query}`,
      headers: new Headers(header === undefined ? {} : { "X-Account-ID": header }),
    });
  expect(read("")).not.toHaveProperty("accountId");
  expect(read(`?account_id=${SECOND?.toUpperCase()}`)).toMatchObject({ accountId: SECOND });
  expect(read("", SECOND)).toMatchObject({ accountId: SECOND });
  expect(read(`?account_id=${SECOND}`, OWN)).toMatchObject({ accountId: SECOND });
  for (const text of ["", "mine", "x".repeat(5_000)]) expect(read("", text)).toMatchObject({ accountId: "" });
});

const VERIFY = { kind: "authenticate", keyId: "PKX", secret: "s" };

test("AC-92: the account of the stream is that of the frame, or that of the upgrade", () => {
  const [one, other] = ["7d3c0a4e-0000-4000-8000-00000000000a", "7d3c0a4e-0000-4000-8000-00000000000b"];
  for (const stream of ["data", "trading"] as const) {
    const origin = { requestId: "", ip: "", userAgent: "" };
    const { session, effects } = openSession({ stream, codec: "json", origin, token: "t", accountId: one }, 0);
    expect(effects).toEqual([{ kind: "authenticate", keyId: "oauth", secret: "t", accountId: one }]);
    const said = (form: object) => onMessage(session, form, SEEDED).effects[0];
    const key = { action: "auth", key: "PKX", secret: "s" };
    expect(said(key)).toEqual({ ...VERIFY, accountId: one });
    expect(said({ ...key, account_id: other.toUpperCase() })).toEqual({ ...VERIFY, accountId: other });
    expect(said({ action: "authenticate", data: { oauth_token: "t", account_id: other } })).toMatchObject({
      accountId: other,
    });
    expect(said({ ...key, account_id: "mine" }), "malformed").toBeUndefined();
  }
});
