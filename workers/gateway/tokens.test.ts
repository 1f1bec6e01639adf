import { SignJWT, UnsecuredJWT, decodeProtectedHeader, exportJWK, exportSPKI, generateKeyPair, importJWK } from "jose";
import { expect, test } from "vitest";
import { issueToken, publicKeys, TOKEN_SECONDS, type TokenClaims, verifyToken } from "./tokens.ts";

const NOW = Date.parse("2026-11-20T15:00:00Z");
const TOKEN: TokenClaims = { userId: "u", accountId: "a", route: "R", sessionId: "s", jti: "j" };
const CLAIMS = { account: "a", route: "R", sid: "s", jti: "j" };

async function newJwk(kid = "k1"): Promise<Record<string, unknown>> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid };
}

const setOf = (...keys: object[]): string => JSON.stringify({ keys });

async function newKeys(kid = "k1"): Promise<string> {
  return setOf(await newJwk(kid));
}

/** A valid token by the first key, changed as the test says. */
async function forge(keyText: string, change: (jwt: SignJWT) => SignJWT, header: object = {}): Promise<string> {
  const key = await importJWK(JSON.parse(keyText).keys[0], "ES256");
  const jwt = new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: "ES256", kid: "k1", typ: "at+jwt", ...header })
    .setSubject("u")
    .setIssuer("edge-exchange")
    .setAudience("edge-exchange/api")
    .setIssuedAt(NOW / 1000)
    .setExpirationTime(NOW / 1000 + 900);
  return change(jwt).sign(key);
}

test("ID-3: a token has its claims for 15 minutes", async () => {
  const keys = await newKeys();
  const token = await issueToken(keys, TOKEN, NOW);
  expect(decodeProtectedHeader(token)).toEqual({ alg: "ES256", kid: "k1", typ: "at+jwt" });
  expect(await verifyToken(keys, token, NOW)).toEqual(TOKEN);
  expect(await verifyToken(keys, token, NOW + 899_000)).toEqual(TOKEN);
  expect(await verifyToken(keys, token, NOW + 900_000)).toBeNull();
});

test("ID-3: a token by another key, or with a changed payload, is refused", async () => {
  const keys = await newKeys();
  const token = await issueToken(keys, TOKEN, NOW);
  expect(await verifyToken(await newKeys(), token, NOW)).toBeNull();
  const [header = "", , signature = ""] = token.split(".");
  for (const change of [{ sub: "v" }, { account: "b" }, { route: "S" }, { sid: "t" }, { exp: NOW / 1000 + 10_000 }]) {
    const payload = Buffer.from(JSON.stringify({ ...CLAIMS, sub: "u", ...change })).toString("base64url");
    expect(await verifyToken(keys, `${header}.${payload}.${signature}`, NOW)).toBeNull();
  }
});

test("ID-3: a token without signature, or with our public key as HMAC secret, is refused", async () => {
  const keys = await newKeys();
  const right = <T extends SignJWT | UnsecuredJWT>(jwt: T): T => {
    jwt.setSubject("u").setIssuer("edge-exchange").setAudience("edge-exchange/api");
    jwt.setIssuedAt(NOW / 1000).setExpirationTime(NOW / 1000 + 900);
    return jwt;
  };
  expect(await verifyToken(keys, right(new UnsecuredJWT(CLAIMS)).encode(), NOW)).toBeNull();
  // Made by hand, because libraries refuse to make them: "none" with our type and key id, and with a signature.
  const [, payload = "", signature = ""] = (await issueToken(keys, TOKEN, NOW)).split(".");
  for (const alg of ["none", "None", "nOnE", ""]) {
    const header = Buffer.from(JSON.stringify({ alg, kid: "k1", typ: "at+jwt" })).toString("base64url");
    expect(await verifyToken(keys, `${header}.${payload}.`, NOW)).toBeNull();
    expect(await verifyToken(keys, `${header}.${payload}.${signature}`, NOW)).toBeNull();
  }
  const [jwk] = (await publicKeys(keys)).keys;
  const point = await importJWK({ ...jwk }, "ES256", { extractable: true });
  if (point instanceof Uint8Array) throw new Error("no key");
  for (const secret of [JSON.stringify(jwk), await exportSPKI(point), String(jwk?.["x"])]) {
    for (const alg of ["HS256", "HS512"]) {
      const confused = right(new SignJWT(CLAIMS)).setProtectedHeader({ alg, kid: "k1", typ: "at+jwt" });
      expect(await verifyToken(keys, await confused.sign(new TextEncoder().encode(secret.padEnd(64))), NOW)).toBeNull();
    }
  }
});

const CHANGES: readonly [string, (jwt: SignJWT) => SignJWT, object?][] = [
  ["issuer", (jwt) => jwt.setIssuer("somebody")],
  ["audience", (jwt) => jwt.setAudience("something")],
  ["type", (jwt) => jwt, { typ: "JWT" }],
  ["type, none", (jwt) => jwt, { typ: undefined }],
  ["key id", (jwt) => jwt, { kid: "k2" }],
  ["key id, none", (jwt) => jwt, { kid: undefined }],
  ["key id that is a path", (jwt) => jwt, { kid: "../../dev/null" }],
  ["key id that is a statement", (jwt) => jwt, { kid: "k1' OR '1'='1" }],
  ["key id that every object has", (jwt) => jwt, { kid: "__proto__" }],
  ["life that is over", (jwt) => jwt.setExpirationTime(NOW / 1000 - 1)],
  ["life of a day", (jwt) => jwt.setIssuedAt(NOW / 1000 - 86_400).setExpirationTime(NOW / 1000 + 900)],
  ["issue in the future", (jwt) => jwt.setIssuedAt(NOW / 1000 + 600).setExpirationTime(NOW / 1000 + 900)],
  ["time before which it is not valid", (jwt) => jwt.setNotBefore(NOW / 1000 + 6)],
  ["issue six seconds ahead", (jwt) => jwt.setIssuedAt(NOW / 1000 + 6).setExpirationTime(NOW / 1000 + 900)],
  ["life that ends now", (jwt) => jwt.setExpirationTime(NOW / 1000)],
  ["life of a second too long", (jwt) => jwt.setIssuedAt(NOW / 1000 - 901).setExpirationTime(NOW / 1000 + 1)],
];

test.each(CHANGES)("ID-3: a token of ours with another %s opens nothing", async (_what, change, header) => {
  const keys = await newKeys();
  expect(await verifyToken(keys, await forge(keys, (jwt) => jwt), NOW)).toEqual(TOKEN);
  expect(await verifyToken(keys, await forge(keys, change, header), NOW)).toBeNull();
});

test("ID-3: the signer's clock may be five seconds ahead, which does not extend a token", async () => {
  const keys = await newKeys();
  const fresh = await issueToken(keys, TOKEN, NOW + 5_000);
  for (const behind of [0, 1, 999, 4_000, 5_000]) {
    expect(await verifyToken(keys, fresh, NOW + 5_000 - behind), String(behind)).toEqual(TOKEN);
  }
  expect(await verifyToken(keys, await issueToken(keys, TOKEN, NOW + 6_000), NOW)).toBeNull();
  expect(await verifyToken(keys, await forge(keys, (jwt) => jwt.setNotBefore(NOW / 1000 + 5)), NOW)).toEqual(TOKEN);
  const issued = await issueToken(keys, TOKEN, NOW);
  expect(await verifyToken(keys, issued, NOW + TOKEN_SECONDS * 1000 - 1)).toEqual(TOKEN);
  expect(await verifyToken(keys, issued, NOW + TOKEN_SECONDS * 1000)).toBeNull();
});

test("ID-3: keys and key URLs in a token's header are ignored", async () => {
  const keys = await newKeys();
  const foreign = await newJwk();
  const { d: _private, ...jwk } = foreign;
  for (const header of [
    { jwk },
    { jku: "http://127.0.0.1:1/jwks.json" },
    { x5u: "http://127.0.0.1:1/" },
    { x5c: [""] },
  ]) {
    expect(await verifyToken(keys, await forge(setOf(foreign), (jwt) => jwt, header), NOW)).toBeNull();
    // Signed by our key, such a token is accepted: its header is ignored.
    expect(await verifyToken(keys, await forge(keys, (jwt) => jwt, header), NOW)).toEqual(TOKEN);
  }
});

test("ID-3: any other text is refused", async () => {
  const keys = await newKeys();
  for (const text of ["", "a", "a.b.c", "..", "e30.e30.e30", "x".repeat(10_000)]) {
    expect(await verifyToken(keys, text, NOW)).toBeNull();
  }
});

test("ID-49: the first key signs, and tokens by any of them are accepted", async () => {
  const [old, next] = [await newJwk("old"), await newJwk("next")];
  const before = await issueToken(setOf(old), TOKEN, NOW);
  const after = await issueToken(setOf(next, old), TOKEN, NOW);
  expect(decodeProtectedHeader(after).kid).toBe("next");
  expect(await verifyToken(setOf(old, next), after, NOW)).toEqual(TOKEN);
  expect(await verifyToken(setOf(next, old), before, NOW)).toEqual(TOKEN);
  expect(await verifyToken(setOf(next), before, NOW)).toBeNull();
  expect(await verifyToken(setOf({ ...old, kid: "next" }), after, NOW)).toBeNull();
});

test("ID-49: all keys are published, without private parts", async () => {
  const { keys } = await publicKeys(setOf({ ...(await newJwk("a")), added_at: "x" }, await newJwk("b")));
  expect(keys.map(({ kid }) => kid)).toEqual(["a", "b"]);
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});

test("ID-49: a secret that is not a key set, or has duplicate ids, is refused", async () => {
  const jwk = await newJwk();
  for (const text of ["{}", setOf(), setOf(jwk, jwk), JSON.stringify(jwk)]) {
    await expect(publicKeys(text)).rejects.toThrow(/./);
  }
});
