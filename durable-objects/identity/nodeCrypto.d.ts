/** The few functions of node:crypto that identity uses: this layer has no Node types, so that nothing else creeps in. */
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
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
  export function createHash(algorithm: "sha256"): { update(text: string): { digest(): Uint8Array } };
}
