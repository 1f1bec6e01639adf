import { SignJWT, UnsecuredJWT, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK } from "jose";
import { expect, test } from "vitest";
import { issueToken, publicKeys, type Session, verifyToken } from "./tokens.ts";

const NOW = Date.parse("2026-11-20T15:00:00Z");
const SESSION: Session = { principal: { userId: "u", accountId: "a", roles: ["trader"] }, route: "R" };
const CLAIMS = { account: "a", roles: ["trader"], route: "R" };

async function newKey(kid = "k1"): Promise<string> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return JSON.stringify({ ...(await exportJWK(privateKey)), kid });
}

/** A token by our key that is right in everything but what the test changes. */
async function forge(keyText: string, change: (jwt: SignJWT) => SignJWT, header: object = {}): Promise<string> {
  const key = await importJWK(JSON.parse(keyText), "ES256");
  const jwt = new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: "ES256", kid: "k1", typ: "at+jwt", ...header })
    .setSubject("u")
    .setIssuer("edge-exchange")
    .setAudience("edge-exchange/api")
    .setIssuedAt(NOW / 1000)
    .setExpirationTime(NOW / 1000 + 900);
  return change(jwt).sign(key);
}

test("ID-3: a token opens for 15 minutes what it was issued for", async () => {
  const key = await newKey();
  const token = await issueToken(key, SESSION, NOW);
  expect(decodeProtectedHeader(token)).toEqual({ alg: "ES256", kid: "k1", typ: "at+jwt" });
  expect(await verifyToken(key, token, NOW)).toEqual(SESSION);
  expect(await verifyToken(key, token, NOW + 899_000)).toEqual(SESSION);
  expect(await verifyToken(key, token, NOW + 900_000)).toBeNull();
});

test("ID-3: a token by another key, or with its payload changed, opens nothing", async () => {
  const key = await newKey();
  const token = await issueToken(key, SESSION, NOW);
  expect(await verifyToken(await newKey(), token, NOW)).toBeNull();
  const [header = "", , signature = ""] = token.split(".");
  const payload = Buffer.from(JSON.stringify({ ...CLAIMS, roles: ["admin"], sub: "u" })).toString("base64url");
  expect(await verifyToken(key, `${header}.${payload}.${signature}`, NOW)).toBeNull();
});

test("ID-3: a token without signature, or by a secret that is our public key, opens nothing", async () => {
  const key = await newKey();
  const plain = new UnsecuredJWT(CLAIMS).setSubject("u").setIssuer("edge-exchange").setAudience("edge-exchange/api");
  expect(
    await verifyToken(
      key,
      plain
        .setIssuedAt(NOW / 1000)
        .setExpirationTime(NOW / 1000 + 900)
        .encode(),
      NOW,
    ),
  ).toBeNull();
  const secret = new TextEncoder().encode(JSON.stringify((await publicKeys(key)).keys[0]));
  const confused = new SignJWT(CLAIMS).setProtectedHeader({ alg: "HS256", kid: "k1", typ: "at+jwt" }).setSubject("u");
  expect(await verifyToken(key, await confused.setExpirationTime(NOW / 1000 + 900).sign(secret), NOW)).toBeNull();
});

const CHANGES: readonly [string, (jwt: SignJWT) => SignJWT, object?][] = [
  ["issuer", (jwt) => jwt.setIssuer("somebody")],
  ["audience", (jwt) => jwt.setAudience("something")],
  ["type", (jwt) => jwt, { typ: "JWT" }],
  ["key id", (jwt) => jwt, { kid: "k2" }],
  ["life that is over", (jwt) => jwt.setExpirationTime(NOW / 1000 - 1)],
  ["life of a day", (jwt) => jwt.setIssuedAt(NOW / 1000 - 86_400).setExpirationTime(NOW / 1000 + 900)],
  ["issue in the future", (jwt) => jwt.setIssuedAt(NOW / 1000 + 600).setExpirationTime(NOW / 1000 + 900)],
];

test.each(CHANGES)("ID-3: a token of ours with another %s opens nothing", async (_what, change, header) => {
  const key = await newKey();
  expect(await verifyToken(key, await forge(key, (jwt) => jwt), NOW)).toEqual(SESSION);
  expect(await verifyToken(key, await forge(key, change, header), NOW)).toBeNull();
});

test("ID-3: what is no token at all opens nothing", async () => {
  const key = await newKey();
  for (const text of ["", "a", "a.b.c", "..", "e30.e30.e30", "x".repeat(10_000)]) {
    expect(await verifyToken(key, text, NOW)).toBeNull();
  }
});

test("ID-3: the published key has no private part", async () => {
  const { keys } = await publicKeys(await newKey());
  expect(keys).toHaveLength(1);
  expect(Object.keys(keys[0] ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});
