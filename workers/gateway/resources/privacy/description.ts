import { consentChange, eraseRequest, wireConsents, wireErased } from "../../../../protocol/wire/privacy.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/privacy/consents": {
    id: "getConsents",
    summary: "My consents, with their history",
    responses: { 200: wireConsents },
    example: {},
  },
  "PUT /v1/privacy/consents": {
    id: "setConsents",
    summary: "Give or withdraw consents",
    description: "Omitted fields stay unchanged. Every change is kept with its time until the login is erased.",
    requestBody: consentChange,
    responses: { 200: wireConsents },
    example: { body: { terms: "2026-10", marketing: false } },
  },
  "GET /v1/privacy/export": {
    id: "exportMyData",
    summary: "Everything about me, as one ZIP file",
    description:
      "Each kind of data as JSON and as CSV, and `manifest.json`, which lists the files with their rows, says what could " +
      "not be read at the moment, and what is left out and why.",
    responses: { 200: { description: "The archive", type: "application/zip" } },
  },
  "POST /v1/privacy/erase": {
    id: "eraseMe",
    summary: "Erase my login and all personal data",
    description:
      "Refused while the account has open orders, positions or cash. Ends sessions, keys, grants and apps, and destroys the " +
      "keys that personal data is encrypted with. Trades and the audit trail keep ids only.",
    requestBody: eraseRequest,
    responses: { 200: wireErased, 202: wireErased },
    errorStatuses: [409],
  },
};
