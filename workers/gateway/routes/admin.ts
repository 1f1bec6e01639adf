import { Hono } from "hono";
import { accountObject, approvalsObject } from "../../../durable-objects/actor/namespaces.ts";
import { approvalToWire } from "../../../protocol/adminApprovals.ts";
import { canonicalSymbol } from "../../../protocol/assets.ts";
import { credentials as credentialsSchema, depositRequest } from "../../../protocol/identity.ts";
import { isUuid } from "../../../protocol/query.ts";
import { readBody } from "../../../protocol/read.ts";
import { recordAct } from "../acts.ts";
import { readJson, readJsonText } from "../body.ts";
import { type AppEnv, originOf } from "../context.ts";
import { ApiFault, ask, granted, wellFormed } from "../../../protocol/fault.ts";
import { credentials } from "../middleware/authenticate.ts";
import { makeUser } from "../passwords/newUser.ts";
import { readWithEmail } from "../passwords/read.ts";
import { answerOnce, requestKeyOf } from "../requestKey.ts";
import { resource } from "../resource.ts";
import { approved } from "./approvals.ts";

/** What only administrators may do. */
export const adminRoutes = new Hono<AppEnv>();

resource(adminRoutes, "/v1/admin/bootstrap", {
  POST: async (c) => {
    const [scheme, secret] = credentials(c.req.header("Authorization"));
    if (scheme !== "bearer" || !(await isSecret(secret, c.env.BOOTSTRAP_SECRET))) {
      throw new ApiFault({ reason: "unauthorized" });
    }
    const wanted = readWithEmail(credentialsSchema, await readJson(c.req.raw));
    const first = { roles: ["trader", "admin"], plan: "standard", region: "world" } as const;
    return c.json(await makeUser(c, { ...wanted, ...first }), 201);
  },
});

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
    const { principal } = c.var.caller;
    if (c.env.FOUR_EYES !== "off") {
      const asked = { kind: "deposit", accountId, deposit, askedBy: principal.userId, request } as const;
      const proposed = await ask(() => approvalsObject(c.env).propose({ ...asked, requestId: c.var.requestId }));
      const { approval, again } = approved(proposed);
      if (again) c.header("Idempotency-Replayed", "true");
      else await recordAct(c, "deposit.asked", accountId, { approval: approval.id });
      return c.json(approvalToWire(approval), 202);
    }
    const { answer } = granted(await ask(() => account.deposit(principal, deposit, originOf(c), request)));
    if (!answer.replayed) await recordAct(c, "deposit.booked", accountId, { reference });
    return answerOnce(c, answer);
  },
});

/** Compares digests, so that neither the length nor the first wrong byte shows in the time it takes. */
async function isSecret(given: string, secret: string): Promise<boolean> {
  const digest = async (text: string): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const [a, b] = await Promise.all([digest(given), digest(secret)]);
  return secret !== "" && a.every((byte, i) => byte === b[i]);
}
