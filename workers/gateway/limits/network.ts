/** By what name the networks of callers are counted: not by their addresses, which whoever counts may write down. */
import { networkOf } from "../../../protocol/origin.ts";

const KNOWN_MAX = 5_000;

/** A network asks many times; its name is made once. Plain data: any request of the isolate may read it. */
const known = new Map<string, string>();

/** A digest of the address's network; empty when there is no address. */
export async function networkName(ip: string): Promise<string> {
  const network = networkOf(ip);
  if (network === "") return "";
  const before = known.get(network);
  if (before !== undefined) return before;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(network));
  const name = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  known.set(network, name);
  for (const oldest of known.keys()) {
    if (known.size <= KNOWN_MAX) break;
    known.delete(oldest);
  }
  return name;
}
