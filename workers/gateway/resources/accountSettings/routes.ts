import { ApiFault, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import {
  configurationsFromWire,
  configurationsToWire,
  settingsFromWire,
  settingsToWire,
} from "../../../../protocol/mapping/accountSettings.ts";
import type { AccountSettings, SettingsChange } from "../../../../protocol/rpc/accountSettings.ts";
import { configurationsChange, settingsChange } from "../../../../protocol/wire/accountSettings.ts";
import { noQuery } from "../../../../protocol/wire/query.ts";
import { accountOf } from "../../accounts.ts";
import { readJson } from "../../body.ts";
import { answerWhole } from "../../commonHeaders.ts";
import { type AppContext, clientInfoOf } from "../../context.ts";
import { instrumentsOf } from "../../instruments.ts";
import { queryOf } from "../../query.ts";
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
});

async function settingsOf(c: AppContext): Promise<AccountSettings> {
  queryOf(c, noQuery);
  const settings = await accountOf(c).settings();
  if (settings === null) throw new ApiFault({ reason: "account_not_found" });
  return settings;
}

async function change(c: AppContext, asked: SettingsChange): Promise<AccountSettings> {
  return unwrap(await accountOf(c).changeSettings(c.var.caller.principal, asked, clientInfoOf(c)));
}
