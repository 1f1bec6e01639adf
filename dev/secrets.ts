/** Secrets of a state folder: signing keys, the bootstrap secret, passwords. */
import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import * as z from "zod";
import { readJsonFile, writeJsonFile } from "./files.ts";

const PrivateJwk = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), d: z.string() }).catchall(z.string());

const Secrets = z.object({
  /** ES256 private keys as a JWK set: the gateway's JWT_KEYS is its JSON text. */
  jwtKeys: z.object({ keys: z.array(PrivateJwk).min(1) }),
  /** ES256 private key as JWK: the core's AUDIT_SIGNING_KEY is its JSON text. */
  auditSigningKey: PrivateJwk,
  /** Wrap the keys of personal data: the core's PII_MASTER_KEYS. */
  piiMasterKeys: z.string().min(16),
  bootstrapSecret: z.string().min(16),
  /** Password of every demo user. */
  demoPassword: z.string().min(12),
  /** Password of the login that writes the audit trail. */
  writerPassword: z.string().min(16),
});

export type Secrets = z.infer<typeof Secrets>;

/** A file of an earlier release lacks some secrets. */
const KnownSecrets = Secrets.partial({
  jwtKeys: true,
  auditSigningKey: true,
  writerPassword: true,
  piiMasterKeys: true,
}).extend({
  /** The signing key of earlier releases, which had no key sets. */
  jwtPrivateKey: PrivateJwk.optional(),
});

/** Reads the secrets, and creates missing ones. Throws StartFailure when the file is damaged. */
export async function loadSecrets(file: string): Promise<Secrets> {
  const known = readJsonFile(file, KnownSecrets);
  const complete = Secrets.safeParse(known);
  if (complete.success) return complete.data;
  const secrets = await completed(known);
  writeJsonFile(file, secrets);
  return secrets;
}

/** The stored secrets, and new ones for those that are missing. */
export async function completed(known: z.infer<typeof KnownSecrets> | null): Promise<Secrets> {
  const { jwtPrivateKey, ...later }: Partial<z.infer<typeof KnownSecrets>> = known ?? {};
  return {
    bootstrapSecret: randomBytes(24).toString("base64url"),
    demoPassword: `demo-${randomBytes(9).toString("base64url")}`,
    ...later,
    jwtKeys: later.jwtKeys ?? { keys: [jwtPrivateKey ?? (await newSigningKey())] },
    auditSigningKey: known?.auditSigningKey ?? (await newSigningKey()),
    piiMasterKeys: known?.piiMasterKeys ?? newKeyEncryptionKeys(),
    writerPassword: known?.writerPassword ?? randomBytes(18).toString("base64url"),
  };
}

/** A first key-encryption key, in the form of durable-objects/vault/vault.ts. */
export function newKeyEncryptionKeys(): string {
  return JSON.stringify({ current: "k1", keys: { k1: randomBytes(32).toString("base64") } });
}

/** A new ES256 private key with a `kid`. */
async function newSigningKey(): Promise<z.infer<typeof PrivateJwk>> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  return PrivateJwk.parse({ ...jwk, kid: randomBytes(6).toString("hex"), alg: "ES256", use: "sig" });
}
