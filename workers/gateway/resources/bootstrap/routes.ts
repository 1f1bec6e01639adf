import { approvalsObject, throttleObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { bootstrapRequest } from "../../../../protocol/wire/logins.ts";
import { readJson } from "../../body.ts";
import { type AppContext, clientInfoOf } from "../../context.ts";
import { hexDigest } from "../../hexDigest.ts";
import { networkName } from "../../limits/network.ts";
import { credentials } from "../../middleware/authenticate.ts";
import { deriver } from "../../passwords/derive.ts";
import { refuseWeak } from "../../passwords/policy.ts";
import { readWithEmail } from "../../passwords/read.ts";
import { defineResource } from "../../resource.ts";
import { retryLater } from "../../retryLater.ts";
import { ACCESS } from "./access.ts";

/** Free wrong secrets of one network before it is throttled. */
const FREE_ATTEMPTS = 5;

/** The first administrator, made with the bootstrap secret. */
export const bootstrapResource = defineResource("bootstrap", ACCESS, {
  "/v1/admin/bootstrap": {
    POST: async (c) => {
      const secret = await secretOf(c);
      const { email, password: text, second = null } = readWithEmail(bootstrapRequest, await readJson(c.req.raw));
      await refuseWeak(text, { email });
      const password = await deriver.withSlot((slot) => slot.deriveNew(text), true);
      const first = { email, password, roles: ["trader", "admin"], plan: "standard", region: "world" } as const;
      const asked = { secret: await hexDigest(secret), first, second, origin: clientInfoOf(c) };
      const { userId, accountId } = unwrap(await ask(() => approvalsObject(c.env).bootstrap(asked)));
      return c.json({ user_id: userId, account_id: accountId }, 201);
    },
  },
});

/**
 * The bootstrap secret of the request. Ends the request when it is wrong, and as `rate_limited` after several wrong
 * ones.
 */
async function secretOf(c: AppContext): Promise<string> {
  const [scheme, secret] = credentials(c.req.header("Authorization"));
  const network = await networkName(clientInfoOf(c).ip);
  const throttle = throttleObject(c.env, `bootstrap/${network}`);
  const wait = await ask(() => throttle.begin(FREE_ATTEMPTS));
  if (wait > 0) throw retryLater(wait);
  if (scheme !== "bearer" || !(await isSecret(secret, c.env.BOOTSTRAP_SECRET))) {
    throw new ApiFault({ reason: "unauthorized" });
  }
  await ask(() => throttle.giveBack());
  return secret;
}

/** Compares the digests in constant time, so that the time reveals neither length nor first wrong byte. */
async function isSecret(given: string, secret: string): Promise<boolean> {
  const digest = async (text: string): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const [a, b] = await Promise.all([digest(given), digest(secret)]);
  return secret !== "" && a.reduce((wrong, byte, i) => wrong | (byte ^ (b[i] ?? 0)), 0) === 0;
}
