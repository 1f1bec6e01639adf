/** The bucket of sealed files. Structural: R2 has these methods, and tests have others that do the same. */
export interface SealBucket {
  put(key: string, value: Uint8Array | string, options?: { sha256: string }): Promise<unknown>;
  get(key: string, options?: { range: { offset: number; length: number } }): Promise<SealObject | null>;
}

export interface SealObject {
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A file that its manifest names is not there, or is another one. */
export class SealedFileLost extends Error {
  constructor(key: string, what: string) {
    super(`${key}: ${what}`);
  }
}

export async function readWhole(bucket: SealBucket, key: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = await bucket.get(key);
  if (found === null) throw new SealedFileLost(key, "the file is missing");
  return new Uint8Array(await found.arrayBuffer());
}

/** Reads parts of a file of the bucket. */
export function rangeOf(bucket: SealBucket, key: string) {
  return async (offset: number, length: number): Promise<ArrayBuffer> => {
    const found = await bucket.get(key, { range: { offset, length } });
    if (found === null) throw new SealedFileLost(key, "the file is missing");
    const bytes = await found.arrayBuffer();
    if (bytes.byteLength !== length) throw new SealedFileLost(key, "the file is shorter than its manifest says");
    return bytes;
  };
}

export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
