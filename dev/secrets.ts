/** What only this state folder knows: the key that signs access tokens, the bootstrap secret, the demo password. */
import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import * as z from "zod";
import { readJsonFile, writeJsonFile } from "./files.ts";

const Secrets = z.object({
  /** ES256 private key as JWK: the gateway's JWT_PRIVATE_KEY is its JSON text. */
  jwtPrivateKey: z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), d: z.string() }).catchall(z.string()),
  bootstrapSecret: z.string().min(16),
  /** Password of every demo user. */
  demoPassword: z.string().min(12),
});

export type Secrets = z.infer<typeof Secrets>;

/** Reads the secrets, or makes them at the first start. Throws StartFailure when the file is damaged. */
export async function loadSecrets(file: string): Promise<Secrets> {
  const known = readJsonFile(file, Secrets);
  if (known !== null) return known;
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  const secrets = Secrets.parse({
    jwtPrivateKey: { ...jwk, kid: randomBytes(6).toString("hex"), alg: "ES256", use: "sig" },
    bootstrapSecret: randomBytes(24).toString("base64url"),
    demoPassword: `demo-${randomBytes(9).toString("base64url")}`,
  });
  writeJsonFile(file, secrets);
  return secrets;
}
