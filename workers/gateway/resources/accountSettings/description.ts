import { approvalWire } from "../../../../protocol/wire/approvals.ts";
import {
  configurationsChange,
  controlsChange,
  killSwitchRequest,
  settingsChange,
  wireConfigurations,
  wireControls,
  wireKillSwitch,
  wireSettings,
} from "../../../../protocol/wire/accountSettings.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const account = { id: uuid };

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
    description:
      "Fields that are left out stay as they are; `limits` replaces all limits. The change is in the audit trail.",
    requestBody: settingsChange,
    responses: { 200: wireSettings },
    errorStatuses: [404],
    example: { body: { lot_method: "fifo" } },
  },
  "GET /v1/account/kill_switch": {
    id: "getKillSwitch",
    summary: "Whether the kill switch is on",
    responses: { 200: wireKillSwitch },
    errorStatuses: [404],
    example: {},
  },
  "POST /v1/account/kill_switch": {
    id: "setKillSwitch",
    summary: "Refuse new orders; cancel all orders and close all positions",
    description:
      "While the switch is on, new orders and replaces are refused on every way in, and cancels are carried out. It is " +
      "on before orders are cancelled, and stays on until it is switched off. Repeatable.",
    requestBody: killSwitchRequest,
    responses: { 200: wireKillSwitch },
    errorStatuses: [404],
    example: { body: { on: false } },
  },
  "GET /v1/admin/accounts/:id/risk": {
    id: "getAccountControls",
    summary: "Blocks, limits and kill switches of an account",
    path: account,
    responses: { 200: wireControls },
    errorStatuses: [404],
  },
  "PATCH /v1/admin/accounts/:id/risk": {
    id: "changeAccountControls",
    summary: "Block an account or symbols in it, or limit it",
    description:
      "Its owner can make the limits narrower only. Cancels are always carried out. Blocks and narrower limits take effect at " +
      "once. 202: what lifts a block or widens a limit waits for a second administrator (unless FOUR_EYES is off).",
    path: account,
    requestBody: controlsChange,
    responses: { 200: wireControls, 202: approvalWire },
    errorStatuses: [404],
  },
  "POST /v1/admin/accounts/:id/kill_switch": {
    id: "setKillSwitchOfExchange",
    summary: "Set the kill switch of the exchange for an account",
    description:
      "As the owner's kill switch, which is another one: each is switched off by whoever switched it on. 202: to switch it " +
      "off waits for a second administrator (unless FOUR_EYES is off).",
    path: account,
    requestBody: killSwitchRequest,
    responses: { 200: wireKillSwitch, 202: approvalWire },
    errorStatuses: [404],
  },
};
