import type * as z from "zod";
import { PAPER_CASH } from "../../../../domain/account/paper/paperMoney.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../../../domain/decimal.ts";
import { identityObject, throttleObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { BASE32, randomText, routeOfEmail } from "../../../../protocol/ids/loginRoute.ts";
import { GUEST_MS } from "../../../../protocol/rpc/identity/sessions.ts";
import type { demoOffer } from "../../../../protocol/wire/demo.ts";
import { type AppContext, clientInfoOf } from "../../context.ts";
import { networkName } from "../../limits/network.ts";
import { refuseForeign } from "../../middleware/forgery.ts";
import { defineResource } from "../../resource.ts";
import { retryLater } from "../../retryLater.ts";
import { answerSession } from "../../sessionCookies.ts";
import { ACCESS } from "./access.ts";

/** Demos of one network within a day before each next one waits twice as long, up to 15 minutes. */
const FREE_DEMOS = 10;
/** RFC 2606: no such domain will ever exist, so no guest's address can be somebody's. */
const DOMAIN = "demo.invalid";
const NAME_LENGTH = 32;
const DAY_MS = 86_400_000;

/** Demo accounts of visitors, where the deployment offers them. */
export const demoResource = defineResource("demo", ACCESS, {
  "/v1/demo": {
    GET: (c) => {
      const cash = formatDecimal(PAPER_CASH, PRICE_DECIMALS);
      const offer = { offered: isOffered(c), cash, days: GUEST_MS / DAY_MS, mail_shown: c.env.MAILER === "outbox" };
      return c.json(offer satisfies z.infer<typeof demoOffer>);
    },
    POST: async (c) => {
      // Another page must not sign a browser in.
      refuseForeign(c);
      if (!isOffered(c)) throw new ApiFault({ reason: "not_offered", what: "demo accounts" });
      await countDemo(c);
      const email = `guest-${randomText(BASE32, NAME_LENGTH).toLowerCase()}@${DOMAIN}`;
      const route = await routeOfEmail(email);
      const { registration } = identityObject(c.env, route);
      const grant = unwrap(await ask(() => registration.createGuest(email, clientInfoOf(c))));
      return answerSession(c, route, grant, { cookies: true });
    },
  },
});

function isOffered(c: AppContext): boolean {
  return c.env.DEMO_ACCOUNTS === "on";
}

/** Every demo makes objects that stay for days. Ends the request when its network has begun too many. */
async function countDemo(c: AppContext): Promise<void> {
  const network = await networkName(clientInfoOf(c).ip);
  const wait = await ask(() => throttleObject(c.env, `demo/${network}`).begin(FREE_DEMOS));
  if (wait > 0) throw retryLater(wait);
}
