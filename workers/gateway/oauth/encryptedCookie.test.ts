import { Hono } from "hono";
import { exportJWK, generateKeyPair } from "jose";
import { EncryptJWT } from "jose/jwt/encrypt";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { readEncryptedCookie, setEncryptedCookie } from "./encryptedCookie.ts";
import type { AppEnv } from "../context.ts";

const NAME = "external";
const CONTENT = z.object({ route: z.string() });
const PURPOSE = "edge-exchange sealed cookie";

async function newKey(kid: string) {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid };
}

/** An app with two routes: one sets the cookie, the other returns its content. */
function gateway(keys: readonly object[]) {
  const app = new Hono<AppEnv>();
  app.get("/set/:name", async (c) => {
    await setEncryptedCookie(c, c.req.param("name"), { route: "R" }, 60);
    return c.text("");
  });
  app.get("/read", async (c) => c.json(await readEncryptedCookie(c, NAME, CONTENT)));
  const env = { JWT_KEYS: JSON.stringify({ keys }) } as AppEnv["Bindings"];
  return {
    set: async (name = NAME) =>
      /=([^;]*)/.exec((await app.request(`/set/${name}`, {}, env)).headers.getSetCookie().join())?.[1] ?? "none",
    read: async (cookie: string) => {
      const answer = await app.request("/read", { headers: { Cookie: `__Host-${NAME}=${cookie}` } }, env);
      return answer.status === 200 ? answer.json() : answer.status;
    },
  };
}

/** A cookie encrypted with a key that is derived from a public text instead of our private key. */
async function forged(text: string, header: { kid?: string }): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode(PURPOSE);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return new EncryptJWT({ content: { route: "VICTIM" } })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", ...header })
    .setAudience(NAME)
    .setExpirationTime("60s")
    .encrypt(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)));
}

describe("OA-18: an encrypted cookie", () => {
  test("is decrypted with the key that encrypted it, also when that is no longer the first", async () => {
    const [old, next] = [await newKey("old"), await newKey("next")];
    const cookie = await gateway([old]).set();
    expect(await gateway([old]).read(cookie)).toEqual({ route: "R" });
    expect(await gateway([next, old]).read(cookie)).toEqual({ route: "R" });
    expect(await gateway([next]).read(cookie)).toBeNull();
  });

  test("by an unknown key is ignored", async () => {
    const key = await newKey("k1");
    for (const header of [{ kid: "unknown" }, { kid: "" }, { kid: "__proto__" }, { kid: "k1 " }, {}]) {
      for (const text of ["", "undefined", "null", String(key.x)]) {
        expect(await gateway([key]).read(await forged(text, header)), JSON.stringify([header, text])).toBeNull();
      }
    }
    expect(await gateway([key]).read(await forged("", { kid: "k1" }))).toBeNull();
    expect(await gateway([key]).read(await forged(String(key.d), { kid: "k1" }))).toEqual({ route: "VICTIM" });
  });

  test("for another purpose is ignored", async () => {
    const one = gateway([await newKey("k1")]);
    expect(await one.read(await one.set("other"))).toBeNull();
  });

  test("takes a key with a private part", async () => {
    const { d, ...rest } = await newKey("k1");
    expect(String(d)).toHaveLength(43);
    for (const key of [rest, { ...rest, d: "" }, { ...rest, d: "AA" }]) {
      expect(await gateway([key]).read(await forged("", { kid: "k1" }))).toBe(500);
    }
  });
});
