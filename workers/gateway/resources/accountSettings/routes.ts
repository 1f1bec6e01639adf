import type { Outcome } from "../../../../domain/account/entry/refusal.ts";
import { ownerOfFirst } from "../../../../domain/ids.ts";
import { accountObject, directoryObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import {
  configurationsFromWire,
  configurationsToWire,
  controlsFromWire,
  controlsToWire,
  killSwitchToWire,
  settingsFromWire,
  settingsToWire,
} from "../../../../protocol/mapping/accountSettings.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import type { ApprovalView } from "../../../../protocol/rpc/approvals.ts";
import { directoryShardOf } from "../../../../protocol/rpc/directory.ts";
import type {
  ControlsChange,
  ControlsView,
  KillSwitchRequest,
  KillSwitchResult,
  SettingsChange,
  SettingsView,
} from "../../../../protocol/rpc/accountSettings.ts";
import {
  configurationsChange,
  controlsChange,
  killSwitchRequest,
  settingsChange,
} from "../../../../protocol/wire/accountSettings.ts";
import { isUuid, noQuery } from "../../../../protocol/wire/query.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { accountOf } from "../../accounts.ts";
import { readJson } from "../../body.ts";
import { canceledEntry, closedEntry } from "../../commandEntries.ts";
import { answerWhole } from "../../commonHeaders.ts";
import { actorInfoOf, type AppContext, clientInfoOf } from "../../context.ts";
import { instrumentsOf } from "../../instruments.ts";
import { queryOf } from "../../query.ts";
import { actOnUser } from "../../users.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** What the owner of the account has set: Alpaca's configurations, and the exchange's own settings. */
export const accountSettingsResource = defineResource("accountSettings", ACCESS, {
  "/v2/account/configurations": {
    GET: async (c) => answerWhole(c, configurationsToWire(await settingsOf(c))),
    PATCH: async (c) => {
      queryOf(c, noQuery);
      const asked = unwrap(readBody(configurationsChange, await readJson(c.req.raw)));
      return answerWhole(c, configurationsToWire(await change(c, configurationsFromWire(asked))));
    },
  },

  "/v1/account/settings": {
    GET: async (c) => answerWhole(c, settingsToWire(await settingsOf(c))),
    PATCH: async (c) => {
      queryOf(c, noQuery);
      const asked = unwrap(readBody(settingsChange, await readJson(c.req.raw)));
      const read = unwrap(settingsFromWire(asked, await instrumentsOf(c.env)));
      return answerWhole(c, settingsToWire(await change(c, read)));
    },
  },

  "/v1/account/kill_switch": {
    GET: async (c) => {
      queryOf(c, noQuery);
      const controls = await accountOf(c).controls();
      if (controls === null) throw new ApiFault({ reason: "account_not_found" });
      return answerWhole(c, killSwitchToWire(controls));
    },
    POST: async (c) => {
      const asked = await killSwitchOf(c);
      const { principal } = c.var.caller;
      return answerKillSwitch(c, await accountOf(c).setKillSwitch(principal, asked, clientInfoOf(c)));
    },
  },

  "/v1/admin/accounts/:id/risk": {
    GET: async (c) => {
      const { controls } = await accountNamed(c, c.req.param("id"));
      return c.json(controlsToWire(controls));
    },
    PATCH: async (c) => {
      const asked = unwrap(readBody(controlsChange, await readJson(c.req.raw)));
      const named = await othersAccountNamed(c, c.req.param("id"));
      const changes = unwrap(controlsFromWire(asked, await instrumentsOf(c.env)));
      const { controls, waits } = await changeControls(c, named, changes);
      if (waits !== null) return c.json(approvalToWire(waits, { administers: true }), 202);
      return c.json(controlsToWire(controls));
    },
  },

  "/v1/admin/accounts/:id/kill_switch": {
    POST: async (c) => {
      const asked = await killSwitchOf(c);
      const named = await othersAccountNamed(c, c.req.param("id"));
      const { accountId, account } = named;
      const { principal } = c.var.caller;
      if (!asked.on) {
        const { controls, waits } = await changeControls(c, named, { killedByExchange: false });
        if (waits !== null) return c.json(approvalToWire(waits, { administers: true }), 202);
        return answerKillSwitch(c, { ok: true, value: { controls, canceled: [], closed: [] } });
      }
      const outcome = await recordAdminAction(c, "account.kill_switch", accountId, { ...asked }, async () => {
        return { value: await ask(() => account.setKillSwitchOfExchange(principal, asked, actorInfoOf(c))) };
      });
      return answerKillSwitch(c, outcome);
    },
  },
});

async function killSwitchOf(c: AppContext): Promise<KillSwitchRequest> {
  queryOf(c, noQuery);
  const { on, cancel_orders, flatten } = unwrap(readBody(killSwitchRequest, await readJson(c.req.raw)));
  return { on, cancelOrders: cancel_orders, flatten };
}

function answerKillSwitch(c: AppContext, outcome: Outcome<KillSwitchResult>): Response {
  const { controls, canceled, closed } = unwrap(outcome);
  return answerWhole(c, {
    ...killSwitchToWire(controls),
    canceled: canceled.map((each) => canceledEntry(c, each)),
    closed: closed.map((each) => closedEntry(c, each)),
  });
}

/** An account that an administrator names; ends the request when it was never opened. */
async function accountNamed(c: AppContext, name: string) {
  const accountId = name.toLowerCase();
  const account = isUuid(accountId) ? accountObject(c.env, accountId) : null;
  const controls = account === null ? null : await ask(() => account.controls());
  if (account === null || controls === null) throw new ApiFault({ reason: "account_not_found" });
  return { accountId, account, controls };
}

/** The same, of another user: an administrator who trades must not lift a block or a limit of its own account. */
async function othersAccountNamed(c: AppContext, name: string) {
  const named = await accountNamed(c, name);
  const view = await ask(() => named.account.summary());
  const ownerId = view?.ownerId ?? ownerOfFirst(named.accountId);
  if (ownerId === c.var.caller.principal.userId) throw new ApiFault({ reason: "own_account" });
  return { ...named, ownerId };
}

/**
 * Changes controls: what tightens them at once, what loosens them after a second administrator has approved it. `waits`:
 * the approval that nobody has given yet.
 */
async function changeControls(
  c: AppContext,
  named: Awaited<ReturnType<typeof othersAccountNamed>>,
  changes: ControlsChange,
): Promise<{ readonly controls: ControlsView; readonly waits: ApprovalView | null }> {
  const { accountId, account, ownerId } = named;
  const { principal } = c.var.caller;
  const { controls, loosens } = await recordAdminAction(
    c,
    "account.controls_changed",
    accountId,
    { ...changes },
    async () => ({ value: unwrap(await ask(() => account.tightenControls(principal, changes, actorInfoOf(c)))) }),
  );
  if (loosens === null) return { controls: { ...controls, plan: named.controls.plan ?? null }, waits: null };
  const owner = await ask(() => directoryObject(c.env, directoryShardOf(ownerId)).find(ownerId));
  if (owner === null) throw new ApiFault({ reason: "user_not_found" });
  const act = { kind: "user_controls", userId: ownerId, route: owner.route, accountId, loosens } as const;
  const facts = { account: accountId, ...loosens };
  const approval = await actOnUser(c, act, { what: "account.controls_loosened", target: accountId }, facts);
  if (approval.state !== "booked") return { controls, waits: approval };
  return { controls: (await accountNamed(c, accountId)).controls, waits: null };
}

async function settingsOf(c: AppContext): Promise<SettingsView> {
  queryOf(c, noQuery);
  const settings = await accountOf(c).settings();
  if (settings === null) throw new ApiFault({ reason: "account_not_found" });
  return settings;
}

async function change(c: AppContext, asked: SettingsChange): Promise<SettingsView> {
  return unwrap(await accountOf(c).changeSettings(c.var.caller.principal, asked, clientInfoOf(c)));
}
