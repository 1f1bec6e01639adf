/**
 * A provider to sign in with, as a process of its own: oidc-provider, and before it what makes it misbehave on demand.
 * Prints its origin; `POST /test` tells it the client's addresses and the fault of its next answers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import Provider from "oidc-provider";
import type { Fault, Orders } from "./orders.ts";

const ALG = "ES256";
const own = await generateKeyPair(ALG, { extractable: true });
const foreign = await generateKeyPair(ALG);
const jwk = { ...(await exportJWK(own.privateKey)), kid: "own", alg: ALG, use: "sig" };

let provider: Provider | null = null;
let fault: Fault | null = null;

const server = createServer((request, response) => {
  void answer(request, response).catch((error: unknown) => {
    response.statusCode = 500;
    response.end(String(error));
  });
});
server.listen(0, "127.0.0.1", () => console.log(origin()));

function origin(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? "";
  if (path === "/test") {
    obey(JSON.parse(await bodyOf(request)) as Orders);
    response.end();
    return;
  }
  // Never answers.
  if (path.startsWith("/hang/")) return;
  if (provider === null) throw new Error("not set up");
  if (path === "/token") {
    if (fault === "down") {
      response.statusCode = 503;
      response.end();
      return;
    }
    const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    if (fault === "pkce") form["code_verifier"] = "x".repeat(43);
    // The provider takes a body that was read already.
    Object.assign(request, { body: form });
    tamper(response);
  }
  await provider.callback()(request, response);
}

function obey({ redirectUris, fault: next }: Orders): void {
  fault = next ?? null;
  if (redirectUris === undefined) return;
  provider = new Provider(origin(), {
    clients: [
      {
        client_id: "exchange",
        client_secret: "a secret of the exchange",
        redirect_uris: redirectUris,
        token_endpoint_auth_method: "client_secret_post",
        id_token_signed_response_alg: ALG,
      },
    ],
    jwks: { keys: [jwk] },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    cookies: { keys: ["a key of this test"] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => claimsOf(sub) }),
  });
}

/** Persons by what they call themselves: `name`, `name@address`, or with `unverified-` before it. */
function claimsOf(sub: string): Record<string, unknown> {
  const verified = !sub.startsWith("unverified-");
  const name = sub.replace("unverified-", "");
  return {
    sub,
    email: name.includes("@") ? name.slice(name.indexOf("/") + 1) : `${name}@provider.example`,
    email_verified: verified,
  };
}

/** Changes the ID token of the answer as the fault wants it, signed again. */
function tamper(response: ServerResponse): void {
  const kind = fault;
  if (kind === null || kind === "pkce") return;
  const end = response.end.bind(response);
  response.end = ((chunk: unknown) => {
    void (async () => {
      const given = JSON.parse(String(chunk)) as { id_token?: string };
      if (given.id_token !== undefined) given.id_token = await spoilt(decodeJwt(given.id_token), kind);
      const text = JSON.stringify(given);
      response.setHeader("Content-Length", Buffer.byteLength(text));
      end(text);
    })();
    return response;
  }) as ServerResponse["end"];
}

async function spoilt(claims: JWTPayload, kind: Fault): Promise<string> {
  const { nonce, ...rest } = claims;
  const hour = 3600;
  const changed: Partial<Record<Fault, JWTPayload>> = {
    no_nonce: rest,
    wrong_nonce: { ...rest, nonce: "of somebody else" },
    expired: { ...claims, iat: (claims.iat ?? 0) - 2 * hour, exp: (claims.iat ?? 0) - hour },
    issuer: { ...claims, iss: "https://evil.example" },
    audience: { ...claims, aud: "somebody else" },
  };
  const key = kind === "foreign_key" ? foreign.privateKey : own.privateKey;
  if (kind === "unsigned") return `${base64({ alg: "none" })}.${base64(claims)}.`;
  return new SignJWT(changed[kind] ?? { ...rest, nonce }).setProtectedHeader({ alg: ALG, kid: "own" }).sign(key);
}

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
