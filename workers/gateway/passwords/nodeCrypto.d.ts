/** The one function of node:crypto that the gateway uses: this layer has no Node types, so that nothing else creeps in. */
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
}
