import {
  accountChange,
  accountEntriesWire,
  newAccountRequest,
  ownAccountWire,
  paperReset,
} from "../../../../protocol/wire/ownAccounts.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import { type Descriptions, idempotencyKey } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const account = { id: uuid };

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/accounts": {
    id: "listAccounts",
    summary: "The accounts that you may use",
    description:
      "Your own, closed ones included, and those that others share with you. A session names one of them in " +
      "`X-Account-ID`; without the header a request uses your default account. A key has the account that it was " +
      "created for: with a key or an app the list has that account alone.",
    responses: { 200: accountEntriesWire },
  },
  "POST /v1/accounts": {
    id: "openAccount",
    summary: "Open an account",
    description:
      "Each account has its own number, money, positions, orders, keys and streams. You may have 10 that are open. " +
      "`202`: the account is being opened, and opens by itself. A paper account begins with the `cash` that you name.",
    headers: { "Idempotency-Key": idempotencyKey },
    requestBody: newAccountRequest,
    responses: { 201: ownAccountWire, 202: ownAccountWire },
    errorStatuses: [403, 409],
    example: { body: { type: "paper", name: "practice", cash: "25000" } },
  },
  "PATCH /v1/accounts/:id": {
    id: "changeAccount",
    summary: "Rename an account, or make it the default",
    description: "Keys, apps and open streams keep the account that they have.",
    path: account,
    requestBody: accountChange,
    responses: { 200: ownAccountWire },
    errorStatuses: [404, 409],
  },
  "DELETE /v1/accounts/:id": {
    id: "closeAccount",
    summary: "Close an account",
    description:
      "Only without open orders, positions, cash and pending transfers, and not the default account. Its keys and " +
      "grants end. It takes no orders and no money any more; its history stays readable.",
    path: account,
    responses: { 200: ownAccountWire, 202: ownAccountWire },
    errorStatuses: [404, 409],
  },
  "POST /v1/accounts/:id/reset": {
    id: "resetPaperAccount",
    summary: "Begin a paper account again",
    description:
      "Cancels its open orders, removes its cash and positions, and gives it new paper money. Its orders and activities " +
      "so far stay readable. `account_not_empty`: an order was still open after some seconds; ask again.",
    path: account,
    requestBody: paperReset,
    responses: { 200: ownAccountWire },
    errorStatuses: [404, 409],
  },
};
