import {
  accountObject,
  actorObject,
  auditAddress,
  bookAddress,
  houseAddress,
  paperBookObject,
  transfersAddress,
} from "../../../../durable-objects/actor/namespaces.ts";
import type { AccountId } from "../../../../domain/ids.ts";
import { housesOf, isPaperAccount } from "../../../../protocol/ids/residency.ts";
import { REGIONS } from "../../../../protocol/ids/region.ts";
import { ApiFault, ask } from "../../../../protocol/http/apiFault.ts";
import { isUuid } from "../../../../protocol/wire/query.ts";
import type { AppContext } from "../../context.ts";
import { namedInstrument } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { shardNumbers, shardOf } from "../../auditShards.ts";
import { ACCESS, KINDS } from "./access.ts";

/** What actors report of themselves: alerts, dead-lettered messages, cursors. For administrators. */
export const actorsResource = defineResource("actors", ACCESS, {
  "/v1/admin/actors/:kind/:name": {
    GET: async (c) => {
      const [kind, name] = [c.req.param("kind"), c.req.param("name")];
      if (kind === "account" || kind === "paper-account") {
        const accountId = await accountNamed(c, name, kind);
        return c.json(await ask(() => accountObject(c.env, accountId).inspect()));
      }
      if (kind === "paper-book") {
        const { symbol } = await namedInstrument(c, name);
        return c.json(await ask(() => paperBookObject(c.env, symbol).inspect()));
      }
      const address = await addressOf(c, kind, name);
      return c.json(await ask(() => actorObject(c.env, address).inspect()));
    },
  },
});

/** The id of an existing account, live or paper, or of a paper account. */
async function accountNamed(c: AppContext, name: string, kind: "account" | "paper-account"): Promise<AccountId> {
  const accountId = name.toLowerCase();
  const isOfKind = isUuid(accountId) && (kind === "account" || isPaperAccount(accountId));
  const exists = isOfKind && (await ask(() => accountObject(c.env, accountId).summary())) !== null;
  if (!exists) throw new ApiFault({ reason: "account_not_found" });
  return accountId;
}

/** The address of another existing actor; calling an unknown one would create it. */
async function addressOf(c: AppContext, kind: string, name: string): Promise<string> {
  if (kind === "book") {
    return bookAddress((await namedInstrument(c, name)).symbol);
  }
  if (kind === "audit") {
    return auditAddress(shardOf(await shardNumbers(c.env), /^\d{1,4}$/.test(name) ? Number(name) : -1));
  }
  if (kind === "transfers") {
    const region = REGIONS.find((each) => each === name);
    if (region !== undefined) return transfersAddress(region);
    throw new ApiFault({ reason: "query_invalid", parameter: "name", expected: REGIONS.join(" or ") });
  }
  if (kind === "house") {
    const names = REGIONS.flatMap(housesOf);
    if (names.includes(name)) return houseAddress(name);
    throw new ApiFault({ reason: "query_invalid", parameter: "name", expected: `${names[0]} to ${names.at(-1)}` });
  }
  throw new ApiFault({ reason: "query_invalid", parameter: "kind", expected: KINDS.join(", ") });
}
