import { instrumentChangeRequest, listRequest, wireInstrument } from "../../../../protocol/wire/instruments.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

/** The instrument that the first example lists: a delisted one is not traded again. */
const symbol = { path: { symbol: "NEWCO" } };

export const description: Descriptions<typeof ACCESS> = {
  "POST /v1/admin/instruments": {
    id: "listInstrument",
    summary: "List an instrument",
    requestBody: listRequest,
    responses: { 201: wireInstrument, 202: wireInstrument },
    errorStatuses: [409],
    example: { body: { symbol: "NEWCO", name: "Newco, Inc. Common Stock", exchange: "NYSE", reference_price: "25" } },
  },
  "GET /v1/admin/instruments/:symbol": {
    id: "getInstrument",
    summary: "An instrument as it was decided last",
    responses: { 200: wireInstrument },
    errorStatuses: [404],
    example: symbol,
  },
  "PATCH /v1/admin/instruments/:symbol": {
    id: "changeInstrument",
    summary: "Change tick, lot or name of an instrument",
    requestBody: instrumentChangeRequest,
    responses: { 200: wireInstrument, 202: wireInstrument },
    errorStatuses: [404, 409],
    example: { ...symbol, body: { tick: "0.05" } },
  },
  "DELETE /v1/admin/instruments/:symbol": {
    id: "delistInstrument",
    summary: "Delist an instrument, for good",
    responses: { 200: wireInstrument, 202: wireInstrument },
    errorStatuses: [404, 409],
    example: symbol,
  },
};
