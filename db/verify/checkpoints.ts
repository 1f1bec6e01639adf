import { CHECKPOINT_ALGORITHM, CHECKPOINT_TYPE, checkpointClaims } from "../../protocol/audit/checkpoint.ts";
import type { CheckpointClaims, CheckpointKey } from "../../protocol/audit/checkpoint.ts";
import { sha256Hex } from "../auditChain.ts";
import type { StoredCheckpoint } from "../auditWriter.ts";

/** Reads a checkpoint; returns a text that says why it is not valid. */
export type ReadCheckpoint = (jws: string) => Promise<CheckpointClaims | string>;

/** A reader that accepts checkpoints signed by one of these keys. */
export function checkpointReader(keys: readonly CheckpointKey[]): ReadCheckpoint {
  const imported = new Map<string, Promise<CryptoKey>>();
  for (const { kty, crv, x, y, kid } of keys) {
    // An incomplete key verifies nothing.
    if (kty === undefined || crv === undefined || x === undefined || y === undefined || kid === undefined) continue;
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    imported.set(kid, crypto.subtle.importKey("jwk", { kty, crv, x, y }, curve, false, ["verify"]));
  }
  return async (jws) => {
    const [header, payload, signature, ...more] = jws.split(".");
    if (header === undefined || payload === undefined || signature === undefined) return "it is none";
    const head = jsonOf(header) as { alg?: unknown; typ?: unknown; kid?: unknown } | null;
    const key = imported.get(String(head?.kid));
    if (key === undefined) return "none of the published keys has signed it";
    if (head?.alg !== CHECKPOINT_ALGORITHM || head.typ !== CHECKPOINT_TYPE || more.length > 0) return "it is none";
    const signed = new TextEncoder().encode(`${header}.${payload}`);
    const bytes = bytesOf(signature);
    const holds =
      bytes !== null && (await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, await key, bytes, signed));
    const claims = holds ? checkpointClaims.safeParse(jsonOf(payload)) : null;
    if (claims === null) return "its signature does not hold";
    return claims.success ? claims.data : "it is none";
  };
}

/** Verifies the checkpoints of one shard in order: signature, sequence, and the digest of the previous checkpoint. */
export class CheckpointChain {
  readonly #shard: number;
  readonly #read: ReadCheckpoint;
  #digest: string | null = null;
  #count = 0;

  constructor(shard: number, read: ReadCheckpoint) {
    this.#shard = shard;
    this.#read = read;
  }

  get count(): number {
    return this.#count;
  }

  /** Digest of the last one's text. */
  get digest(): string | null {
    return this.#digest;
  }

  /** The claims of the next checkpoint if its signature is valid, and what is wrong with it. */
  async next({ seq, jws }: StoredCheckpoint): Promise<{ claims: CheckpointClaims | null; wrong: string | null }> {
    const claims = await this.#read(jws);
    const before = this.#digest;
    const first = this.#count++ === 0;
    this.#digest = sha256Hex(jws);
    if (typeof claims === "string") return { claims: null, wrong: claims };
    if (claims.shard !== this.#shard) return { claims: null, wrong: `it is one of shard ${claims.shard}` };
    if (claims.seq !== seq) return { claims, wrong: `it is the one of event ${claims.seq}` };
    if (claims.previous === before) return { claims, wrong: null };
    return { claims, wrong: first ? "the first ones are missing" : "the one before it is missing or another" };
  }
}

/** Null for text that is not canonical base64url: otherwise a changed last character would not be detected. */
function bytesOf(base64url: string): Uint8Array<ArrayBuffer> | null {
  try {
    const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
    const binary = atob(base64);
    if (btoa(binary).replaceAll("=", "") !== base64) return null;
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}

function jsonOf(base64url: string): unknown {
  const bytes = bytesOf(base64url);
  try {
    return bytes === null ? null : JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}
