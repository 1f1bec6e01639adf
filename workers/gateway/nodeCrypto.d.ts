/**
 * The functions of node:crypto that the gateway uses. This layer has no Node types, so that it uses nothing else of
 * Node.
 */
declare module "node:crypto" {
  interface ScryptOptions {
    N: number;
    r: number;
    p: number;
    maxmem: number;
  }
  export function scrypt(
    password: string,
    salt: Uint8Array,
    keyLength: number,
    options: ScryptOptions,
    done: (error: Error | null, key: Uint8Array) => void,
  ): void;
  export function hash(algorithm: "sha256", text: string, encoding: "base64url"): string;
}
