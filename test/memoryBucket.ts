/** A bucket in memory that does what R2 does, and fails on demand. */
import { createHash } from "node:crypto";
import type { SealBucket } from "../durable-objects/tape/sealed/bucket.ts";

export class MemoryBucket implements SealBucket {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Calls until one fails, before it took effect or after; 0: none fails. */
  failIn = 0;
  failsAfterEffect = false;
  calls = 0;
  /** Bytes that were read. */
  bytesRead = 0;

  async put(key: string, value: Uint8Array | string, options?: { sha256: string }): Promise<void> {
    const fails = this.#counts();
    if (fails && !this.failsAfterEffect) throw new Error(`put of ${key} failed`);
    const bytes = Uint8Array.from(typeof value === "string" ? new TextEncoder().encode(value) : value);
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (options !== undefined && options.sha256 !== digest) throw new Error("the digest differs");
    this.files.set(key, bytes);
    await Promise.resolve();
    if (fails) throw new Error(`the answer of put of ${key} was lost`);
  }

  async get(key: string, options?: { range: { offset: number; length: number } }) {
    const fails = this.#counts();
    await Promise.resolve();
    if (fails) throw new Error(`get of ${key} failed`);
    const bytes = this.files.get(key);
    if (bytes === undefined) return null;
    const { offset = 0, length = bytes.length } = options?.range ?? {};
    const part = bytes.slice(offset, offset + length);
    this.bytesRead += part.length;
    return { arrayBuffer: () => Promise.resolve(part.buffer) };
  }

  #counts(): boolean {
    this.calls++;
    return this.failIn > 0 && --this.failIn === 0;
  }
}
