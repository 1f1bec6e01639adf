import type { ACCESS } from "../resources/system/access.ts";
import { type AppContext, clientInfoOf } from "../context.ts";
import { keyDigestOf, isKeyOfPlan } from "../keyVerification.ts";
import { countAddress } from "../limits/edge.ts";

/** The health check costs less than counting it would. */
const HEALTH: keyof typeof ACCESS = "/v1/health";

/** Files of the terminal, the same for all: a browser asks for a hundred at once, and reaches nothing by them. */
const isSiteFile = ({ method, path }: AppContext["req"]): boolean => method === "GET" && path.startsWith("/app/");

/**
 * Counts every request of an address, except those for the files of the terminal. The response tells the state of the limit that counted it last: the account's,
 * else the user's, else the address's. Requests with a cached key of a market maker are not counted by address; their
 * plan alone limits them.
 */
export async function countRequest(c: AppContext): Promise<void> {
  // Monitoring may share an address with clients: their requests must not make the exchange look dead.
  if (c.req.path === HEALTH || isSiteFile(c.req)) return;
  const keyId = c.req.header("APCA-API-KEY-ID");
  const secret = c.req.header("APCA-API-SECRET-KEY");
  const keyed = keyId !== undefined && secret !== undefined;
  const digest = keyed ? keyDigestOf(keyId, secret, clientInfoOf(c).ip) : null;
  if (digest !== null) c.set("keyDigest", digest);
  if (digest === null || !isKeyOfPlan(digest, "market_maker", c.get("receivedAt")))
    await countAddress(c, "ADDRESS_LIMIT");
}
