/** Names of callers' networks for rate limits: digests, because whoever counts may store the name. */
import { keepNewest } from "../../../domain/keepNewest.ts";
import { networkOf } from "../../../protocol/http/origin.ts";
import { hexDigest } from "../hexDigest.ts";

const KNOWN_MAX = 5_000;

/** Cached names. Plain data: any request of the isolate may read it. */
const known = new Map<string, string>();

/** A digest of the address's network; empty when there is no address. */
export async function networkName(ip: string): Promise<string> {
  const network = networkOf(ip);
  if (network === "") return "";
  const before = known.get(network);
  if (before !== undefined) return before;
  const name = await hexDigest(network);
  keepNewest(known, network, name, KNOWN_MAX);
  return name;
}
