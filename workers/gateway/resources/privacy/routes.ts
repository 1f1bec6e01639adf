import { PRICE_DECIMALS, formatDecimal } from "../../../../domain/decimal.ts";
import { accountObject } from "../../../../durable-objects/actor/namespaces.ts";
import { INTERNAL_ACCOUNT_TABLES } from "../../../../protocol/rpc/accountPrivacy.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import type { Erased, LoginExport } from "../../../../protocol/rpc/identity/privacy.ts";
import { consentChange, eraseRequest } from "../../../../protocol/wire/privacy.ts";
import { consentsToWire } from "../../../../protocol/mapping/privacy.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { readJson } from "../../body.ts";
import { type AppContext, clientInfoOf } from "../../context.ts";
import { partsOfAccounts } from "../../export/accountParts.ts";
import { type ArchivePart, type Listed, archived, streamOf } from "../../export/archive.ts";
import { endedBy, RunningExports } from "../../export/runningExports.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

const RUNNING = new RunningExports();
const RETRY_SECONDS = 30;

/** What a person may ask about its own data: consents, a copy of everything, erasure. */
export const privacyResource = defineResource("privacy", ACCESS, {
  "/v1/privacy/consents": {
    GET: async (c) => c.json(consentsToWire(await ask(() => loginOf(c).privacy.consents()))),
    PUT: async (c) => {
      const change = unwrap(readBody(consentChange, await readJson(c.req.raw)));
      return c.json(consentsToWire(await ask(() => loginOf(c).privacy.consent(change, clientInfoOf(c)))));
    },
  },

  "/v1/privacy/export": {
    GET: async (c) => {
      const { userId } = c.var.caller.principal;
      const end = RUNNING.begin(userId, c.var.receivedAt);
      if (end === null) throw new ApiFault({ reason: "rate_limited", retryAfterSeconds: RETRY_SECONDS });
      try {
        return await answerExport(c, userId, end);
      } catch (fault) {
        end();
        throw fault;
      }
    },
  },

  "/v1/privacy/erase": {
    POST: async (c) => {
      unwrap(readBody(eraseRequest, await readJson(c.req.raw)));
      // An administrator must lose the role first, so that one administrator is always left.
      if (c.var.caller.principal.roles.includes("admin")) throw new ApiFault({ reason: "admin_self" });
      return answerErased(c, await ask(() => loginOf(c).privacy.erase(false)));
    },
  },
});

/** Answers with the archive. `end` is called when it has been read, or is no longer wanted. */
async function answerExport(c: AppContext, userId: string, end: () => void): Promise<Response> {
  const login = await ask(() => loginOf(c).privacy.exportLogin());
  const accountIds = accountsOf(login);
  const [accountId] = accountIds;
  const parts = [...login.files.map(loginPart), ...partsOfAccounts(c.env, accountIds)];
  const generatedAt = new Date(c.var.receivedAt).toISOString();
  const manifest = (files: readonly Listed[]) => ({
    generated_at: generatedAt,
    user_id: userId,
    account_id: accountId,
    account_ids: accountIds,
    complete: files.every(({ complete }) => complete),
    files,
    left_out: [...login.leftOut, ...INTERNAL_ACCOUNT_TABLES],
  });
  // Checked before the response begins: an unreachable account is an error, not half a file.
  await ask(() => Promise.all(accountIds.map((each) => accountObject(c.env, each).summary())));
  return c.body(streamOf(endedBy(archived(parts, manifest), end)), 200, {
    "Content-Type": "application/zip",
    "Content-Disposition": `attachment; filename="export-${generatedAt.slice(0, 10)}.zip"`,
  });
}

/** The response to an erasure: done, under way, or refused with what the account still has. */
function answerErased(c: AppContext, erased: Erased): Response {
  if (erased.kind === "refused") {
    const { orders, positions, cash } = erased.left;
    throw new ApiFault({ reason: "account_not_empty", orders, positions, cash: formatDecimal(cash, PRICE_DECIMALS) });
  }
  return c.json({ status: erased.kind }, erased.kind === "erased" ? 200 : 202);
}

/** The login's own accounts, the first one first, whichever account the request selects. */
function accountsOf({ files }: LoginExport): readonly [string, ...string[]] {
  const first = files.find(({ name }) => name === "profile")?.rows[0]?.["account_id"];
  if (typeof first !== "string") throw new ApiFault({ reason: "session_ended" });
  const all = files.find(({ name }) => name === "accounts")?.rows ?? [];
  // One that is not opened yet has nothing to export.
  const opened = all.filter(({ id, state }) => id !== first && state !== "opening");
  return [first, ...opened.flatMap(({ id }) => (typeof id === "string" ? [id] : []))];
}

function loginPart({ name, rows }: LoginExport["files"][number]): ArchivePart {
  return {
    name,
    async *pages() {
      yield rows;
    },
  };
}
