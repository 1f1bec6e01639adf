import {
  configurationsChange,
  settingsChange,
  wireConfigurations,
  wireSettings,
} from "../../../../protocol/wire/accountSettings.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/account/configurations": {
    id: "getAccountConfigurations",
    summary: "The account's configurations, as Alpaca has them",
    responses: { 200: wireConfigurations },
    errorStatuses: [404],
    example: {},
  },
  "PATCH /v2/account/configurations": {
    id: "changeAccountConfigurations",
    summary: "Change configurations of the account",
    description: "Fields that are left out or null stay as they are. The change is in the audit trail.",
    requestBody: configurationsChange,
    responses: { 200: wireConfigurations },
    errorStatuses: [404],
    example: { body: { suspend_trade: false } },
  },
  "GET /v1/account/settings": {
    id: "getAccountSettings",
    summary: "The account's lot method, limits and checks",
    responses: { 200: wireSettings },
    errorStatuses: [404],
    example: {},
  },
  "PATCH /v1/account/settings": {
    id: "changeAccountSettings",
    summary: "Change the account's lot method, limits and checks",
    description: "Fields that are left out stay as they are. The change is in the audit trail.",
    requestBody: settingsChange,
    responses: { 200: wireSettings },
    errorStatuses: [404],
    example: { body: { lot_method: "fifo" } },
  },
};
