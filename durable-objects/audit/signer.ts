import { CompactSign } from "jose/jws/compact/sign";
import { importJWK } from "jose/key/import";
import { CHECKPOINT_ALGORITHM, CHECKPOINT_TYPE } from "../../protocol/audit/checkpoint.ts";
import type { CheckpointClaims, CheckpointKey } from "../../protocol/audit/checkpoint.ts";
import { signingKey } from "../../protocol/auth/signingKey.ts";

/** Signs checkpoints with one ES256 key. */
export interface Signer {
  readonly publicKey: CheckpointKey;
  /** The checkpoint as a JWS in compact form. */
  sign(claims: CheckpointClaims): Promise<string>;
}

/** The signer for a private key as JWK text. Throws on an invalid key; the message does not contain it. */
export function openSigner(keyText: string): Signer {
  const read = signingKey.safeParse(parse(keyText));
  if (!read.success) throw new Error("AUDIT_SIGNING_KEY is not a private P-256 key as JWK with a kid");
  const { d, kid, ...point } = read.data;
  const key = importJWK({ ...point, d }, CHECKPOINT_ALGORITHM);
  return {
    publicKey: { ...point, kid, alg: CHECKPOINT_ALGORITHM, use: "sig" },
    sign: async (claims) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: CHECKPOINT_ALGORITHM, kid, typ: CHECKPOINT_TYPE })
        .sign(await key),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
