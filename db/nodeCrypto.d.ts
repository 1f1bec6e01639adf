/** The functions of node:crypto that the chain needs: this layer runs in workers and has no Node types. */
declare module "node:crypto" {
  interface Hash {
    update(data: Uint8Array): Hash;
    update(text: string, encoding: "utf8" | "hex"): Hash;
    digest(encoding: "hex"): string;
  }
  export function createHash(algorithm: "sha256"): Hash;
  export function hash(algorithm: "sha256", data: Uint8Array, encoding: "hex"): string;
}
