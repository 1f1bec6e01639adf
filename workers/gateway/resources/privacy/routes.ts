/** What a person may ask about the data that we have of it: consents, a copy of everything, its erasure. */
import { type Handler, Hono } from "hono";
import { accountObject, identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../../../domain/decimal.ts";
import { UNTOLD_ACCOUNT_TABLES } from "../../../../protocol/rpc/accountPrivacy.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import { ApiFault, ask, wellFormed } from "../../../../protocol/http/apiFault.ts";
import type { Erased, LoginExport } from "../../../../protocol/rpc/identity/privacy.ts";
import {
  consentChange,
  eraseRequest,
  originsRequest,
  personChange,
  touchQuery,
} from "../../../../protocol/wire/privacy.ts";
import { consentsToWire } from "../../../../protocol/mapping/privacy.ts";
import { isUuid } from "../../../../protocol/wire/query.ts";
import { readBody, readQuery } from "../../../../protocol/http/readRequest.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJson } from "../../body.ts";
import { type AppContext, type AppEnv, clientInfoOf } from "../../context.ts";
import { accountParts } from "../../export/accountParts.ts";
import { archived, type ArchivePart, type Listed, streamOf } from "../../export/archive.ts";
import { resource } from "../../resource.ts";
import { actOnUser, userOf, usersAfter } from "../users/routes.ts";

export const privacyRoutes = new Hono<AppEnv>();

resource(privacyRoutes, "/v1/privacy/consents", {
  GET: async (c) => c.json(consentsToWire(await ask(() => loginOf(c).consents()))),
  PUT: async (c) => {
    const change = wellFormed(readBody(consentChange, await readJson(c.req.raw)));
    return c.json(consentsToWire(await ask(() => loginOf(c).consent(change, clientInfoOf(c)))));
  },
});

resource(privacyRoutes, "/v1/privacy/export", {
  GET: async (c) => {
    const { userId } = c.var.caller.principal;
    const login = await ask(() => loginOf(c).exportLogin());
    const accountId = accountOf(login);
    const parts = [...login.files.map(loginPart), ...accountParts(c.env, accountId)];
    const generatedAt = new Date(c.var.receivedAt).toISOString();
    const manifest = (files: readonly Listed[]) => ({
      ...{ generated_at: generatedAt, user_id: userId, account_id: accountId },
      ...{ complete: files.every(({ complete }) => complete), files },
      left_out: [...login.leftOut, ...UNTOLD_ACCOUNT_TABLES],
    });
    // Before anything is sent: an account out of reach is an error, and not half a file.
    await ask(() => accountObject(c.env, accountId).summary());
    return c.body(streamOf(archived(parts, manifest)), 200, {
      "Content-Type": "application/zip",
      "Content-Disposition": `attachment; filename="export-${generatedAt.slice(0, 10)}.zip"`,
    });
  },
});

resource(privacyRoutes, "/v1/privacy/erase", {
  POST: async (c) => {
    wellFormed(readBody(eraseRequest, await readJson(c.req.raw)));
    // Somebody else ends the role first, so that one administrator is always left.
    if (c.var.caller.principal.roles.includes("admin")) throw new ApiFault({ reason: "admin_self" });
    return answerErased(c, await ask(() => loginOf(c).erase(false)));
  },
});

/** An erasure that somebody else asked for, on paper: whatever the account still has. */
resource(privacyRoutes, "/v1/admin/users/:id/erase", {
  POST: async (c) => {
    wellFormed(readBody(eraseRequest, await readJson(c.req.raw)));
    const { entry } = await userOf(c);
    const { userId, route } = entry;
    const approval = await actOnUser(c, { kind: "user_erase", userId, route }, { what: "user.erased", target: userId });
    if (approval.state !== "booked") return c.json(approvalToWire(approval, { administers: true }), 202);
    // What is cut off goes on by itself.
    const gone = (await ask(() => identityObject(c.env, route).user()))?.userId !== userId;
    return c.json({ status: gone ? "erased" : "begun" }, gone ? 200 : 202);
  },
});

/** For auditors: what an account has sealed. Each look is recorded, because it is one into personal data. */
resource(privacyRoutes, "/v1/audit/accounts/:id/origins", {
  POST: async (c) => {
    const accountId = c.req.param("id").toLowerCase();
    const { origins } = wellFormed(readBody(originsRequest, await readJson(c.req.raw)));
    const account = isUuid(accountId) ? accountObject(c.env, accountId) : null;
    if (account === null || (await ask(() => account.summary())) === null) {
      throw new ApiFault({ reason: "account_not_found" });
    }
    const sealed = origins.map((each) => ({ ip: each.ip_address, userAgent: each.user_agent }));
    const opened = await recordAdminAction(
      c,
      "account.origins_opened",
      accountId,
      { origins: origins.length },
      async () => {
        return { value: await ask(() => account.openOrigins(sealed)) };
      },
    );
    const told = opened.map((each) => (each === null ? null : { ip_address: each.ip, user_agent: each.userAgent }));
    return c.json({ origins: told });
  },
});

/** Moves a page of users to the current master key of personal data: when all are, the one before may be dropped. */
resource(privacyRoutes, "/v1/admin/vaults/touch", {
  POST: async (c) => {
    const { after, limit } = wellFormed(readQuery(touchQuery, new URL(c.req.url).searchParams));
    const users = await usersAfter(c, after, limit);
    await Promise.all(users.map(({ route }) => ask(() => identityObject(c.env, route).touchVaults())));
    return c.json({ touched: users.length, next: users.length < limit ? null : users.at(-1)?.userId });
  },
});

/** PATCH /v1/me: the fields that a person may set itself, and no others. */
export const changeMe: Handler<AppEnv> = async (c) => {
  const change = wellFormed(readBody(personChange, await readJson(c.req.raw)));
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return c.json(await ask(() => loginOf(c).changePerson(given)));
};

/** The answer to an erasure: done, under way, or refused with what the account still has. */
function answerErased(c: AppContext, erased: Erased): Response {
  if (erased.kind === "refused") {
    const { orders, positions, cash } = erased.left;
    throw new ApiFault({ reason: "account_not_empty", orders, positions, cash: formatDecimal(cash, PRICE_DECIMALS) });
  }
  return c.json({ status: erased.kind }, erased.kind === "erased" ? 200 : 202);
}

/** The login's own account, whichever the person acts on at the moment. */
function accountOf({ files }: LoginExport): string {
  const own = files.find(({ name }) => name === "profile")?.rows[0]?.["account_id"];
  if (typeof own !== "string") throw new ApiFault({ reason: "session_ended" });
  return own;
}

function loginPart({ name, rows }: LoginExport["files"][number]): ArchivePart {
  return {
    name,
    async *pages() {
      yield rows;
    },
  };
}

function loginOf(c: AppContext) {
  return identityObject(c.env, c.var.caller.route);
}
