import { Hono } from "hono";
import { accountObject, approvalsObject, throttleObject } from "../../../../durable-objects/actor/namespaces.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import { canonicalSymbol } from "../../../../protocol/mapping/assets.ts";
import { bootstrapRequest } from "../../../../protocol/wire/logins.ts";
import { depositRequest } from "../../../../protocol/wire/accounts.ts";
import { isUuid } from "../../../../protocol/wire/query.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJson, readJsonText } from "../../body.ts";
import { type AppContext, type AppEnv, clientInfoOf } from "../../context.ts";
import { ApiFault, ask, granted, wellFormed } from "../../../../protocol/http/apiFault.ts";
import { hexDigest } from "../../hexDigest.ts";
import { tooSoon } from "../../unwrap.ts";
import { networkName } from "../../limits/network.ts";
import { credentials } from "../../middleware/authenticate.ts";
import { deriver } from "../../passwords/derive.ts";
import { refuseWeak } from "../../passwords/policy.ts";
import { readWithEmail } from "../../passwords/read.ts";
import { answerOnce, requestKeyOf } from "../../requestKey.ts";
import { resource } from "../../resource.ts";
import { approved } from "../approvals/routes.ts";

/** Wrong bootstrap secrets of one network before the next must wait. */
const FREE_TRIES = 5;

/** The first administrator, and money that comes in. */
export const adminRoutes = new Hono<AppEnv>();

resource(adminRoutes, "/v1/admin/bootstrap", {
  POST: async (c) => {
    const secret = await secretOf(c);
    const { email, password: text, second = null } = readWithEmail(bootstrapRequest, await readJson(c.req.raw));
    await refuseWeak(text, { email });
    const password = await deriver.withPlace((place) => place.deriveNew(text), true);
    const first = { email, password, roles: ["trader", "admin"], plan: "standard", region: "world" } as const;
    const asked = { secret: await hexDigest(secret), first, second, origin: clientInfoOf(c) };
    const { userId, accountId } = approved(await ask(() => approvalsObject(c.env).bootstrap(asked)));
    return c.json({ user_id: userId, account_id: accountId }, 201);
  },
});

/** The bootstrap secret of the request. Ends it when it is another one, and as `rate_limited` after some of those. */
async function secretOf(c: AppContext): Promise<string> {
  const [scheme, secret] = credentials(c.req.header("Authorization"));
  const network = await networkName(clientInfoOf(c).ip);
  const throttle = throttleObject(c.env, `bootstrap/${network}`);
  const wait = await ask(() => throttle.begin(FREE_TRIES));
  if (wait > 0) throw tooSoon(wait);
  if (scheme !== "bearer" || !(await isSecret(secret, c.env.BOOTSTRAP_SECRET))) {
    throw new ApiFault({ reason: "unauthorized" });
  }
  await ask(() => throttle.giveBack());
  return secret;
}

resource(adminRoutes, "/v1/admin/accounts/:id/deposits", {
  POST: async (c) => {
    const accountId = c.req.param("id").toLowerCase();
    const { text, json } = await readJsonText(c.req.raw);
    const { reference: given, amount, symbol } = wellFormed(readBody(depositRequest, json));
    const request = await requestKeyOf(c, "deposit", text);
    const reference = given ?? request?.key;
    if (reference === undefined) throw new ApiFault({ reason: "body_field", field: "reference" });
    const account = accountObject(c.env, accountId);
    const exists = isUuid(accountId) && (await ask(() => account.summary())) !== null;
    if (!exists) throw new ApiFault({ reason: "account_not_found" });
    const deposit = { reference, amount, symbol: symbol ? canonicalSymbol(symbol) : null };
    const { principal, route } = c.var.caller;
    if (c.env.FOUR_EYES === "off") {
      const answer = await recordAdminAction(c, "deposit.booked", accountId, { reference }, async () => {
        const { answer: made } = granted(
          await ask(() => account.deposit(principal, deposit, clientInfoOf(c), request)),
        );
        return { value: made, repeated: made.replayed };
      });
      return answerOnce(c, answer);
    }
    const by = { askedBy: principal.userId, askedRoute: route, request, requestId: c.var.requestId };
    const { approval, again } = await recordAdminAction(c, "deposit.asked", accountId, { reference }, async () => {
      const asked = { kind: "deposit", accountId, deposit, ...by } as const;
      const value = approved(await ask(() => approvalsObject(c.env).propose(asked)));
      return { value, facts: { approval: value.approval.id }, repeated: value.again };
    });
    if (again) c.header("Idempotency-Replayed", "true");
    return c.json(approvalToWire(approval, { administers: true }), 202);
  },
});

/** Compares digests, and all of them, so that neither the length nor the first wrong byte shows in the time it takes. */
async function isSecret(given: string, secret: string): Promise<boolean> {
  const digest = async (text: string): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const [a, b] = await Promise.all([digest(given), digest(secret)]);
  return secret !== "" && a.reduce((wrong, byte, i) => wrong | (byte ^ (b[i] ?? 0)), 0) === 0;
}
