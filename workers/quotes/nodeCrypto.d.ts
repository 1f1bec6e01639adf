/** The one function of node:crypto that the quotes worker uses: this layer has no Node types, so that it uses no other. */
declare module "node:crypto" {
  export function createHmac(
    algorithm: "sha256",
    key: string,
  ): { update(text: string): { digest(encoding: "base64url"): string } };
}
